// RUN: theano-opt --emit-cpu-kernels --canonicalize --cse %s | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>

// Along another axis the condition is one scalar, and the arms load vectors.
// CHECK-LABEL: func.func @rows(
// CHECK-SAME: %[[END:[^:]*]]: index,
// CHECK: scf.for {{.*}} step %c1 {
// CHECK: scf.for %[[ROW:[^ ]*]] = {{.*}} step %c1 {
// CHECK: scf.for {{.*}} step %c8
// CHECK:   %[[FIRST:.*]] = arith.cmpi slt, %[[ROW]], %[[END]]
// CHECK:   %[[VALUE:.*]] = scf.if %[[FIRST]] -> (vector<8xf32>) {
// CHECK:     vector.load
// CHECK:   } else {
// CHECK:     arith.subi %[[ROW]], %[[END]]
// CHECK:     vector.load
// CHECK:   }
// CHECK:   vector.store %[[VALUE]]
kernel.func @rows(%end: index, %a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id2], iterator_types = ["parallel", "parallel"]}
      outs(%out : tensor<?x?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %here = arith.cmpi slt, %i, %end : index
    %v = scf.if %here -> f32 {
      %x = tensor.extract %a[%i, %j] : tensor<?x?xf32>
      scf.yield %x : f32
    } else {
      %k = arith.subi %i, %end : index
      %x = tensor.extract %b[%k, %j] : tensor<?x?xf32>
      scf.yield %x : f32
    }
    linalg.yield %v : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// Along the last axis of three operands: where one of the two borders lies within
// the vector, its first and last lane differ, and the lanes are read one by one.
// CHECK-LABEL: func.func @columns(
// CHECK-SAME: %[[ONE:[^:]*]]: index, %[[TWO:[^:]*]]: index,
// CHECK: scf.for %[[I:.*]] = {{.*}} step %c8
// CHECK:   %[[LAST:.*]] = arith.addi %[[I]], %c7
// CHECK:   %[[FIRST_BELOW_ONE:.*]] = arith.cmpi slt, %[[I]], %[[ONE]]
// CHECK:   %[[LAST_BELOW_ONE:.*]] = arith.cmpi slt, %[[LAST]], %[[ONE]]
// CHECK:   %[[CUT_ONE:.*]] = arith.xori %[[FIRST_BELOW_ONE]], %[[LAST_BELOW_ONE]]
// CHECK:   %[[FIRST_BELOW_TWO:.*]] = arith.cmpi slt, %[[I]], %[[TWO]]
// CHECK:   %[[LAST_BELOW_TWO:.*]] = arith.cmpi slt, %[[LAST]], %[[TWO]]
// CHECK:   %[[CUT_TWO:.*]] = arith.xori %[[FIRST_BELOW_TWO]], %[[LAST_BELOW_TWO]]
// CHECK:   %[[CUT:.*]] = arith.ori %[[CUT_ONE]], %[[CUT_TWO]]
// CHECK:   scf.if %[[CUT]] -> (vector<8xf32>) {
// CHECK:     scf.for %[[LANE:.*]] = %c0 to %c8 step %c1 iter_args(%[[VECTOR:.*]] =
// CHECK:       %[[J:.*]] = arith.addi %[[I]], %[[LANE]]
// CHECK:       arith.cmpi slt, %[[J]], %[[ONE]]
// CHECK:       scf.if {{.*}} -> (f32)
// CHECK:       vector.insert %{{.*}}, %[[VECTOR]] [%[[LANE]]]
// CHECK:   } else {
// CHECK:     scf.if %[[FIRST_BELOW_ONE]] -> (vector<8xf32>) {
// CHECK:       vector.load
// CHECK:     } else {
// CHECK:       scf.if %[[FIRST_BELOW_TWO]] -> (vector<8xf32>) {
// CHECK:         vector.load
// CHECK:       } else {
// CHECK:         vector.load
kernel.func @columns(%one: index, %two: index, %a: tensor<?xf32>, %b: tensor<?xf32>,
                     %c: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      outs(%out : tensor<?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %first = arith.cmpi slt, %i, %one : index
    %v = scf.if %first -> f32 {
      %x = tensor.extract %a[%i] : tensor<?xf32>
      scf.yield %x : f32
    } else {
      %second = arith.cmpi slt, %i, %two : index
      %w = scf.if %second -> f32 {
        %k = arith.subi %i, %one : index
        %x = tensor.extract %b[%k] : tensor<?xf32>
        scf.yield %x : f32
      } else {
        %k = arith.subi %i, %two : index
        %x = tensor.extract %c[%k] : tensor<?xf32>
        scf.yield %x : f32
      }
      scf.yield %w : f32
    }
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// A condition on what was computed differs from lane to lane.
// CHECK-LABEL: func.func @computed(
// CHECK: %[[X:.*]] = vector.load {{.*}} : memref<?xf32>, vector<8xf32>
// CHECK: scf.for %[[LANE:.*]] = %c0 to %c8 step %c1 iter_args(%[[VECTOR:.*]] =
// CHECK:   %[[ELEMENT:.*]] = vector.extract %[[X]][%[[LANE]]]
// CHECK:   %[[VALUE:.*]] = scf.if {{.*}} -> (f32) {
// CHECK:     memref.load
// CHECK:   } else {
// CHECK:     scf.yield %[[ELEMENT]]
// CHECK:   }
// CHECK:   vector.insert %[[VALUE]], %[[VECTOR]] [%[[LANE]]]
kernel.func @computed(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
                       iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %i = linalg.index 0 : index
    %below = arith.cmpf olt, %x, %zero : f32
    %v = scf.if %below -> f32 {
      %y = tensor.extract %b[%i] : tensor<?xf32>
      scf.yield %y : f32
    } else {
      scf.yield %x : f32
    }
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// An equality holds in one lane and not in its neighbours, whatever its ends say.
// CHECK-LABEL: func.func @equality(
// CHECK: scf.for {{.*}} step %c8
// CHECK-NOT: arith.xori
// CHECK: scf.for %{{.*}} = %c0 to %c8 step %c1 iter_args
kernel.func @equality(%at: index, %a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      outs(%out : tensor<?xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %same = arith.cmpi eq, %i, %at : index
    %v = scf.if %same -> f32 {
      %y = tensor.extract %a[%i] : tensor<?xf32>
      scf.yield %y : f32
    } else {
      %y = tensor.extract %b[%i] : tensor<?xf32>
      scf.yield %y : f32
    }
    linalg.yield %v : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
