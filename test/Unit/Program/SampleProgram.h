//===- SampleProgram.h - one of everything ----------------------*- C++ -*-===//

#ifndef THEANO_TEST_UNIT_PROGRAM_SAMPLEPROGRAM_H
#define THEANO_TEST_UNIT_PROGRAM_SAMPLEPROGRAM_H

#include "theano/Program/Program.h"

namespace theano::test {

/// A valid program with every kind of slot and command.
inline Program sampleProgram() {
  Program program;
  program.name = "main";
  program.target = *lookupGpuTarget("sm_80");
  program.ptx = ".version 7.0";
  LocationId line = program.locations.add("net.mlir:3:8");
  ExprPool &pool = program.exprs;
  ExprId n = pool.dim(0, 0), one = pool.constant(1), two = pool.constant(2);

  Slot slot;
  slot.name = "x";
  slot.kind = SlotKind::Input;
  slot.shape = {n};
  program.slots.push_back(slot); // 0
  slot.name = "w";
  slot.kind = SlotKind::Shared;
  slot.shape = {pool.dim(1, 0)};
  program.slots.push_back(slot); // 1
  slot.name = "";
  slot.kind = SlotKind::Constant;
  slot.shape = {two};
  slot.data = {0, 0, 128, 63, 0, 0, 0, 64};
  program.slots.push_back(slot); // 2
  slot.data.clear();
  slot.kind = SlotKind::Temporary;
  slot.shape = {n};
  program.slots.push_back(slot); // 3
  slot.shape = {n, one};
  slot.aliasOf = 3;
  program.slots.push_back(slot); // 4
  slot.aliasOf = -1;
  slot.kind = SlotKind::Output;
  slot.shape = {n, one};
  program.slots.push_back(slot); // 5
  slot.kind = SlotKind::Temporary;
  slot.dtype = DType::Int64;
  slot.shape = {};
  program.slots.push_back(slot); // 6

  program.inputs = {{"x", DType::Float32, {-1}, "", 0},
                    {"w", DType::Float32, {-1}, "W", 1}};
  program.results = {{"y", DType::Float32, 5, ""},
                     {"", DType::Float32, 3, "W"}};
  Kernel kernel;
  kernel.name = "k0";
  kernel.family = "map";
  kernel.locations = {line};
  kernel.ops = {"tanh"};
  kernel.entry = PtxEntry{"k0",
                          {128, 1, 1},
                          0,
                          64,
                          {ParamType::Pointer, ParamType::Pointer,
                           ParamType::Int32, ParamType::Pointer}};
  program.kernels.push_back(kernel);

  LaunchCommand launch;
  launch.grid = {pool.ceilDiv(n, pool.constant(128)), one, one};
  launch.arguments = {BufferArgument{0, false}, BufferArgument{3, true},
                      ScalarArgument{n, false}};
  launch.hasStatus = true;
  launch.bytesIn = launch.bytesOut = pool.mul(n, pool.constant(4));
  launch.location = line;
  launch.sources = {line};
  ExprId counter = pool.scalar(6);
  WhileCommand loop;
  loop.before = {{launch}};
  loop.condition = pool.binary(ExprKind::Lt, counter, n);
  loop.body = {{CopyCommand{3, 3}}};
  IfCommand branch;
  branch.condition = counter;
  branch.thenCommands = {{loop}};
  branch.elseCommands = {{HostCallCommand{"f", {0}, {3}, "a=1", line}}};
  GemmCommand gemm;
  gemm.transposeB = true;
  gemm.batch = gemm.n = gemm.k = one;
  gemm.m = n;
  gemm.a = 4;
  gemm.b = 2;
  gemm.c = 5;
  program.commands = {
      {CheckCommand{pool.binary(ExprKind::Eq, n, pool.dim(1, 0)),
                    ErrorCode::ShapeMismatch,
                    {pool.constant(0), n, pool.dim(1, 0)},
                    line}},
      {AllocateCommand{3}},
      {AllocateCommand{6}},
      {branch},
      {FreeCommand{6}},
      {AllocateCommand{5}},
      {gemm}};
  return program;
}

} // namespace theano::test

#endif // THEANO_TEST_UNIT_PROGRAM_SAMPLEPROGRAM_H
