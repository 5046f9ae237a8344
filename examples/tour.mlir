func.func @main(%a: tensor<?xf32> {theano.name = "a"},
                %b: tensor<?xf32> {theano.name = "b"}) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  %e = theano.exp %c : tensor<?xf32>
  return %e : tensor<?xf32>
}
