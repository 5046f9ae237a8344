//===- ExportTypes.h - the types of the exported functions ------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_EXPORTTYPES_H
#define THEANO_SIMULATOR_DRIVER_EXPORTTYPES_H

#include "theano/DriverAbi/Extensions.h"
#include "theano/DriverAbi/Graph.h"
#include "theano/DriverAbi/TensorMap.h"

#endif // THEANO_SIMULATOR_DRIVER_EXPORTTYPES_H
