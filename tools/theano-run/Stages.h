//===- Stages.h - shows the compiler at work --------------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_STAGES_H
#define TOOLS_THEANO_RUN_STAGES_H

#include "SourceFile.h"

#include "theano/Execution/Compile.h"

namespace theano::run {

/// The target that --emit, --device, --arch and --cpu ask for where no device
/// is opened.
Expected<TargetInfo> chooseTarget(const Options &options);

/// --emit: prints one stage of each called function.
Status emitStages(SourceFile &file, const Options &options,
                  const CompileOptions &compileOptions);

/// --dump-stages: writes every stage of each called function to a folder.
Status dumpStages(SourceFile &file, const Options &options,
                  const CompileOptions &compileOptions);

/// --dump-pipeline: prints the passes, up to the stage of --emit if one is
/// given.
Status printPipeline(const Options &options,
                     const CompileOptions &compileOptions);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_STAGES_H
