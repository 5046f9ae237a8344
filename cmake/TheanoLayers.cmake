# Who may include and link whom. This table is the only place that says so: the
# CMake functions in AddTheano.cmake refuse any other link, and
# scripts/check_layers.py holds #include lines to the same rows.
#
# One row a library: NAME | kind | what it may use. Every library may also use
# Support and itself. `plain` libraries get no LLVM include path, so that a
# forbidden include does not compile; `mlir` libraries may use upstream MLIR.
set(THEANO_LAYER_TABLE
  "Support                   | plain |"
  "DriverAbi                 | plain |"
  "Dialect/Theano/IR         | mlir  |"
  "Dialect/Kernel            | mlir  |"
  "Dialect/Theano/Gradient   | mlir  | Dialect/Theano/IR"
  "Dialect/Theano/Transforms | mlir  | Dialect/Theano/IR"
  "Frontend                  | mlir  | Dialect/Theano/IR Dialect/Theano/Gradient"
  "Conversion/TheanoToLinalg | mlir  | Dialect/Theano/IR Dialect/Kernel"
  "Codegen/Kernels           | mlir  | Dialect/Kernel"
  "Codegen/Lowering          | mlir  | Dialect/Kernel"
  "Codegen/Emission          | mlir  | Dialect/Kernel"
  "Codegen/GPU               | mlir  | Dialect/Kernel Codegen/Emission Codegen/Lowering"
  "Codegen/CPU               | mlir  | Dialect/Kernel Codegen/Emission Codegen/Lowering"
  "Program                   | plain |"
  "Target/Host               | mlir  | Dialect/Kernel Program"
  "Target/PTX                | mlir  | Dialect/Kernel Program"
  "Target/CPU                | mlir  | Dialect/Kernel Program"
  "Pipelines                 | mlir  | Dialect/Theano/IR Dialect/Theano/Gradient Dialect/Theano/Transforms Dialect/Kernel Conversion/TheanoToLinalg Codegen/Kernels Codegen/Emission Codegen/Lowering Codegen/GPU Codegen/CPU"
  "Runtime                   | plain | Program DriverAbi"
  "Simulator                 | plain | DriverAbi"
  "Execution                 | mlir  | Pipelines Dialect/Theano/IR Dialect/Kernel Target/Host Target/PTX Target/CPU Program Runtime"
  "tools/theano-opt          | mlir  | Pipelines"
  "tools/theano-translate    | mlir  | Pipelines Target/PTX Dialect/Kernel"
  "tools/theano-lsp-server   | mlir  | Pipelines"
  "tools/theano-run          | mlir  | Execution Frontend Pipelines Program Runtime DriverAbi"
  "tools/theano-sim          | plain | Runtime DriverAbi"
  "python                    | mlir  | Execution Frontend Pipelines Program Runtime Dialect/Theano/IR"
)
