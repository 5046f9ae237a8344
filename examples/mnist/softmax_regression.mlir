// Softmax regression on MNIST, trained by minibatch gradient descent: ten linear
// scores of the 784 pixels, the mean negative log-likelihood of the right digit as
// the loss, its gradients worked out by hand.
//
// Shared variables hold the data and the parameters, so that a sweep over the
// minibatches passes in nothing but an index:
//
//   theano-run softmax_regression.mlir
//     --shared images=mnist10k.npz:images --shared labels=mnist10k.npz:labels
//     --shared W=random:f32:784x10:1 --shared b=random:f32:10:2
//     --call init
//     --call train --for index=0:180 --repeat 10
//     --call accuracy

// Small weights from uniform draws in [-1, 1), and no bias.
func.func @init(
    %W: tensor<784x10xf32> {theano.shared = "W"},
    %b: tensor<10xf32> {theano.shared = "b"})
    -> (tensor<784x10xf32> {theano.update = "W"},
        tensor<10xf32> {theano.update = "b"}) {
  %scale = theano.constant dense<0.01> : tensor<1x1xf32>
  %W1 = theano.mul %W, %scale : (tensor<784x10xf32>, tensor<1x1xf32>) -> tensor<784x10xf32>
  %b1 = theano.constant dense<0.0> : tensor<10xf32>
  return %W1, %b1 : tensor<784x10xf32>, tensor<10xf32>
}

// One step on digits 50*index to 50*index + 49.
func.func @train(
    %index: tensor<i64> {theano.name = "index"},
    %images: tensor<?x28x28xui8> {theano.shared = "images"},
    %labels: tensor<?xui8> {theano.shared = "labels"},
    %W: tensor<784x10xf32> {theano.shared = "W"},
    %b: tensor<10xf32> {theano.shared = "b"})
    -> (tensor<f32> {theano.name = "loss"},
        tensor<784x10xf32> {theano.update = "W"},
        tensor<10xf32> {theano.update = "b"}) {
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

  // Scores and loss.
  %product = theano.dot %x, %W : (tensor<?x784xf32>, tensor<784x10xf32>) -> tensor<?x10xf32>
  %bias = theano.dimshuffle %b ["x", 0] : tensor<10xf32> -> tensor<1x10xf32>
  %scores = theano.add %product, %bias : (tensor<?x10xf32>, tensor<1x10xf32>) -> tensor<?x10xf32>
  %logp = theano.log_softmax %scores : tensor<?x10xf32>
  %right = theano.pick %logp, %y : (tensor<?x10xf32>, tensor<?xui8>) -> tensor<?xf32>
  %mean = theano.mean %right : tensor<?xf32> -> tensor<f32>
  %loss = theano.neg %mean : tensor<f32>

  // The gradient with respect to the scores is (softmax - one-hot) / 50.
  %digits = theano.constant dense<[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]> : tensor<1x10xui8>
  %ycol = theano.dimshuffle %y [0, "x"] : tensor<?xui8> -> tensor<?x1xui8>
  %hit = theano.eq %ycol, %digits : (tensor<?x1xui8>, tensor<1x10xui8>) -> tensor<?x10xi1>
  %onehot = theano.cast %hit : tensor<?x10xi1> -> tensor<?x10xf32>
  %p = theano.softmax %scores : tensor<?x10xf32>
  %miss = theano.sub %p, %onehot : tensor<?x10xf32>
  %share = theano.constant dense<0.02> : tensor<1x1xf32>
  %dscores = theano.mul %miss, %share : (tensor<?x10xf32>, tensor<1x1xf32>) -> tensor<?x10xf32>

  // The gradients of the parameters, and a step against each.
  %xT = theano.dimshuffle %x [1, 0] : tensor<?x784xf32> -> tensor<784x?xf32>
  %dW = theano.dot %xT, %dscores : (tensor<784x?xf32>, tensor<?x10xf32>) -> tensor<784x10xf32>
  %db = theano.sum %dscores axes [0] : tensor<?x10xf32> -> tensor<10xf32>
  %rate2 = theano.constant dense<0.2> : tensor<1x1xf32>
  %rate1 = theano.constant dense<0.2> : tensor<1xf32>
  %stepW = theano.mul %dW, %rate2 : (tensor<784x10xf32>, tensor<1x1xf32>) -> tensor<784x10xf32>
  %stepb = theano.mul %db, %rate1 : (tensor<10xf32>, tensor<1xf32>) -> tensor<10xf32>
  %W1 = theano.sub %W, %stepW : tensor<784x10xf32>
  %b1 = theano.sub %b, %stepb : tensor<10xf32>
  return %loss, %W1, %b1 : tensor<f32>, tensor<784x10xf32>, tensor<10xf32>
}

// The share of the last 1,000 digits, which training never sees, that get their
// highest score for the right class.
func.func @accuracy(
    %images: tensor<?x28x28xui8> {theano.shared = "images"},
    %labels: tensor<?xui8> {theano.shared = "labels"},
    %W: tensor<784x10xf32> {theano.shared = "W"},
    %b: tensor<10xf32> {theano.shared = "b"})
    -> (tensor<f64> {theano.name = "accuracy"}) {
  %bytes = theano.subtensor %images[-1000:] : tensor<?x28x28xui8> -> tensor<?x28x28xui8>
  %flat = theano.flatten %bytes ndim 2 : tensor<?x28x28xui8> -> tensor<?x784xui8>
  %pixels = theano.cast %flat : tensor<?x784xui8> -> tensor<?x784xf32>
  %unit = theano.constant dense<0.00392156862745098> : tensor<1x1xf32>
  %x = theano.mul %pixels, %unit : (tensor<?x784xf32>, tensor<1x1xf32>) -> tensor<?x784xf32>
  %product = theano.dot %x, %W : (tensor<?x784xf32>, tensor<784x10xf32>) -> tensor<?x10xf32>
  %bias = theano.dimshuffle %b ["x", 0] : tensor<10xf32> -> tensor<1x10xf32>
  %scores = theano.add %product, %bias : (tensor<?x10xf32>, tensor<1x10xf32>) -> tensor<?x10xf32>
  %guess = theano.argmax %scores axes [1] : tensor<?x10xf32> -> tensor<?xi64>
  %held_out = theano.subtensor %labels[-1000:] : tensor<?xui8> -> tensor<?xui8>
  %y = theano.cast %held_out : tensor<?xui8> -> tensor<?xi64>
  %hit = theano.eq %guess, %y : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi1>
  %accuracy = theano.mean %hit : tensor<?xi1> -> tensor<f64>
  return %accuracy : tensor<f64>
}
