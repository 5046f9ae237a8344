func.func @main(%a: tensor<?xf32>, %b: tensor<?xf64>) -> tensor<?xf32> {
  %0 = theano.add %a, %b : (tensor<?xf32>, tensor<?xf64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
