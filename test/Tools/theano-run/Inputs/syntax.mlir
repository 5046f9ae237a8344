func.func @main(%a: tensor<?xf32> -> tensor<?xf32> {
