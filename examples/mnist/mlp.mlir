// A network of 784 pixels, 500 tanh units and 10 scores on MNIST, trained by
// minibatch gradient descent; back-propagation is written out by hand.
//
//   theano-run mlp.mlir
//     --shared images=mnist10k.npz:images --shared labels=mnist10k.npz:labels
//     --shared W1=random:f32:784x500:1 --shared b1=random:f32:500:2
//     --shared W2=random:f32:500x10:3 --shared b2=random:f32:10:4
//     --call init
//     --call train --for index=0:180 --repeat 15
//     --call accuracy

// Glorot and Bengio's bounds, sqrt(6 / (inputs + outputs)), on uniform draws in
// [-1, 1), and no biases.
func.func @init(
    %W1: tensor<784x500xf32> {theano.shared = "W1"},
    %b1: tensor<500xf32> {theano.shared = "b1"},
    %W2: tensor<500x10xf32> {theano.shared = "W2"},
    %b2: tensor<10xf32> {theano.shared = "b2"})
    -> (tensor<784x500xf32> {theano.update = "W1"},
        tensor<500xf32> {theano.update = "b1"},
        tensor<500x10xf32> {theano.update = "W2"},
        tensor<10xf32> {theano.update = "b2"}) {
  %scale1 = theano.constant dense<0.0683586> : tensor<1x1xf32>
  %scale2 = theano.constant dense<0.108465> : tensor<1x1xf32>
  %W1n = theano.mul %W1, %scale1 : (tensor<784x500xf32>, tensor<1x1xf32>) -> tensor<784x500xf32>
  %W2n = theano.mul %W2, %scale2 : (tensor<500x10xf32>, tensor<1x1xf32>) -> tensor<500x10xf32>
  %b1n = theano.constant dense<0.0> : tensor<500xf32>
  %b2n = theano.constant dense<0.0> : tensor<10xf32>
  return %W1n, %b1n, %W2n, %b2n
      : tensor<784x500xf32>, tensor<500xf32>, tensor<500x10xf32>, tensor<10xf32>
}

// One step on digits 50*index to 50*index + 49.
func.func @train(
    %index: tensor<i64> {theano.name = "index"},
    %images: tensor<?x28x28xui8> {theano.shared = "images"},
    %labels: tensor<?xui8> {theano.shared = "labels"},
    %W1: tensor<784x500xf32> {theano.shared = "W1"},
    %b1: tensor<500xf32> {theano.shared = "b1"},
    %W2: tensor<500x10xf32> {theano.shared = "W2"},
    %b2: tensor<10xf32> {theano.shared = "b2"})
    -> (tensor<f32> {theano.name = "loss"},
        tensor<784x500xf32> {theano.update = "W1"},
        tensor<500xf32> {theano.update = "b1"},
        tensor<500x10xf32> {theano.update = "W2"},
        tensor<10xf32> {theano.update = "b2"}) {
  // The minibatch: bytes become floats in [0, 1].
  %size = theano.constant dense<50> : tensor<i64>
  %first = theano.mul %index, %size : tensor<i64>
  %last = theano.add %first, %size : tensor<i64>
  %bytes = theano.subtensor %images[%first:%last] : tensor<?x28x28xui8> -> tensor<?x28x28xui8>
  %flat = theano.flatten %bytes ndim 2 : tensor<?x28x28xui8> -> tensor<?x784xui8>
  %pixels = theano.cast %flat : tensor<?x784xui8> -> tensor<?x784xf32>
  %unit = theano.constant dense<0.00392156862745098> : tensor<1x1xf32>
  %x = theano.mul %pixels, %unit : (tensor<?x784xf32>, tensor<1x1xf32>) -> tensor<?x784xf32>
  %y = theano.subtensor %labels[%first:%last] : tensor<?xui8> -> tensor<?xui8>

  // Forward.
  %product1 = theano.dot %x, %W1 : (tensor<?x784xf32>, tensor<784x500xf32>) -> tensor<?x500xf32>
  %bias1 = theano.dimshuffle %b1 ["x", 0] : tensor<500xf32> -> tensor<1x500xf32>
  %drive = theano.add %product1, %bias1 : (tensor<?x500xf32>, tensor<1x500xf32>) -> tensor<?x500xf32>
  %h = theano.tanh %drive : tensor<?x500xf32>
  %product2 = theano.dot %h, %W2 : (tensor<?x500xf32>, tensor<500x10xf32>) -> tensor<?x10xf32>
  %bias2 = theano.dimshuffle %b2 ["x", 0] : tensor<10xf32> -> tensor<1x10xf32>
  %scores = theano.add %product2, %bias2 : (tensor<?x10xf32>, tensor<1x10xf32>) -> tensor<?x10xf32>
  %logp = theano.log_softmax %scores : tensor<?x10xf32>
  %right = theano.pick %logp, %y : (tensor<?x10xf32>, tensor<?xui8>) -> tensor<?xf32>
  %mean = theano.mean %right : tensor<?xf32> -> tensor<f32>
  %loss = theano.neg %mean : tensor<f32>

  // Backward, from the scores: (softmax - one-hot) / 50.
  %digits = theano.constant dense<[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]> : tensor<1x10xui8>
  %ycol = theano.dimshuffle %y [0, "x"] : tensor<?xui8> -> tensor<?x1xui8>
  %hit = theano.eq %ycol, %digits : (tensor<?x1xui8>, tensor<1x10xui8>) -> tensor<?x10xi1>
  %onehot = theano.cast %hit : tensor<?x10xi1> -> tensor<?x10xf32>
  %p = theano.softmax %scores : tensor<?x10xf32>
  %miss = theano.sub %p, %onehot : tensor<?x10xf32>
  %share = theano.constant dense<0.02> : tensor<1x1xf32>
  %dscores = theano.mul %miss, %share : (tensor<?x10xf32>, tensor<1x1xf32>) -> tensor<?x10xf32>
  %hT = theano.dimshuffle %h [1, 0] : tensor<?x500xf32> -> tensor<500x?xf32>
  %dW2 = theano.dot %hT, %dscores : (tensor<500x?xf32>, tensor<?x10xf32>) -> tensor<500x10xf32>
  %db2 = theano.sum %dscores axes [0] : tensor<?x10xf32> -> tensor<10xf32>

  // tanh' = 1 - tanh^2.
  %W2T = theano.dimshuffle %W2 [1, 0] : tensor<500x10xf32> -> tensor<10x500xf32>
  %dh = theano.dot %dscores, %W2T : (tensor<?x10xf32>, tensor<10x500xf32>) -> tensor<?x500xf32>
  %one = theano.constant dense<1.0> : tensor<1x1xf32>
  %hh = theano.sqr %h : tensor<?x500xf32>
  %slope = theano.sub %one, %hh : (tensor<1x1xf32>, tensor<?x500xf32>) -> tensor<?x500xf32>
  %ddrive = theano.mul %dh, %slope : tensor<?x500xf32>
  %xT = theano.dimshuffle %x [1, 0] : tensor<?x784xf32> -> tensor<784x?xf32>
  %dW1 = theano.dot %xT, %ddrive : (tensor<784x?xf32>, tensor<?x500xf32>) -> tensor<784x500xf32>
  %db1 = theano.sum %ddrive axes [0] : tensor<?x500xf32> -> tensor<500xf32>

  // A step against each gradient.
  %rate2 = theano.constant dense<0.5> : tensor<1x1xf32>
  %rate1 = theano.constant dense<0.5> : tensor<1xf32>
  %stepW1 = theano.mul %dW1, %rate2 : (tensor<784x500xf32>, tensor<1x1xf32>) -> tensor<784x500xf32>
  %stepb1 = theano.mul %db1, %rate1 : (tensor<500xf32>, tensor<1xf32>) -> tensor<500xf32>
  %stepW2 = theano.mul %dW2, %rate2 : (tensor<500x10xf32>, tensor<1x1xf32>) -> tensor<500x10xf32>
  %stepb2 = theano.mul %db2, %rate1 : (tensor<10xf32>, tensor<1xf32>) -> tensor<10xf32>
  %W1n = theano.sub %W1, %stepW1 : tensor<784x500xf32>
  %b1n = theano.sub %b1, %stepb1 : tensor<500xf32>
  %W2n = theano.sub %W2, %stepW2 : tensor<500x10xf32>
  %b2n = theano.sub %b2, %stepb2 : tensor<10xf32>
  return %loss, %W1n, %b1n, %W2n, %b2n
      : tensor<f32>, tensor<784x500xf32>, tensor<500xf32>, tensor<500x10xf32>, tensor<10xf32>
}

// The share of the last 1,000 digits, which training never sees, that get their
// highest score for the right class.
func.func @accuracy(
    %images: tensor<?x28x28xui8> {theano.shared = "images"},
    %labels: tensor<?xui8> {theano.shared = "labels"},
    %W1: tensor<784x500xf32> {theano.shared = "W1"},
    %b1: tensor<500xf32> {theano.shared = "b1"},
    %W2: tensor<500x10xf32> {theano.shared = "W2"},
    %b2: tensor<10xf32> {theano.shared = "b2"})
    -> (tensor<f64> {theano.name = "accuracy"}) {
  %bytes = theano.subtensor %images[-1000:] : tensor<?x28x28xui8> -> tensor<?x28x28xui8>
  %flat = theano.flatten %bytes ndim 2 : tensor<?x28x28xui8> -> tensor<?x784xui8>
  %pixels = theano.cast %flat : tensor<?x784xui8> -> tensor<?x784xf32>
  %unit = theano.constant dense<0.00392156862745098> : tensor<1x1xf32>
  %x = theano.mul %pixels, %unit : (tensor<?x784xf32>, tensor<1x1xf32>) -> tensor<?x784xf32>
  %product1 = theano.dot %x, %W1 : (tensor<?x784xf32>, tensor<784x500xf32>) -> tensor<?x500xf32>
  %bias1 = theano.dimshuffle %b1 ["x", 0] : tensor<500xf32> -> tensor<1x500xf32>
  %drive = theano.add %product1, %bias1 : (tensor<?x500xf32>, tensor<1x500xf32>) -> tensor<?x500xf32>
  %h = theano.tanh %drive : tensor<?x500xf32>
  %product2 = theano.dot %h, %W2 : (tensor<?x500xf32>, tensor<500x10xf32>) -> tensor<?x10xf32>
  %bias2 = theano.dimshuffle %b2 ["x", 0] : tensor<10xf32> -> tensor<1x10xf32>
  %scores = theano.add %product2, %bias2 : (tensor<?x10xf32>, tensor<1x10xf32>) -> tensor<?x10xf32>
  %guess = theano.argmax %scores axes [1] : tensor<?x10xf32> -> tensor<?xi64>
  %held_out = theano.subtensor %labels[-1000:] : tensor<?xui8> -> tensor<?xui8>
  %y = theano.cast %held_out : tensor<?xui8> -> tensor<?xi64>
  %hit = theano.eq %guess, %y : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi1>
  %accuracy = theano.mean %hit : tensor<?xi1> -> tensor<f64>
  return %accuracy : tensor<f64>
}
