//===- TextsTest.cpp - arrays by their texts, near spellings, paths -------===//

#include "theano/Support/ArrayReader.h"
#include "theano/Support/File.h"
#include "theano/Support/Spelling.h"

#include <gtest/gtest.h>

using namespace theano;

TEST(ArrayReader, GeneratesWhatTheTextSays) {
  ArrayReader reader;
  Expected<HostArray> array = reader.read("arange:i16:2x3");
  ASSERT_TRUE(array) << array.message();
  EXPECT_EQ(array->dtype(), DType::Int16);
  EXPECT_EQ(array->shape(), (Shape{2, 3}));
  EXPECT_EQ(array->as<int16_t>()[5], 5);
  array = reader.read("zeros:f64:");
  ASSERT_TRUE(array) << array.message();
  EXPECT_EQ(array->rank(), 0);
  EXPECT_EQ(array->as<double>()[0], 0);
  array = reader.read("random:u8:100:3");
  ASSERT_TRUE(array) << array.message();
  EXPECT_LT(array->as<uint8_t>()[7], 10);
}

TEST(ArrayReader, RefusesOtherTexts) {
  ArrayReader reader;
  EXPECT_EQ(reader.read("zeros:f32:3:1").message(),
            "'zeros:f32:3:1' should read zeros:DTYPE:SHAPE");
  EXPECT_EQ(reader.read("arange:f32").message(),
            "'arange:f32' should read arange:DTYPE:SHAPE");
  EXPECT_EQ(reader.read("random:f32:3:-1").message(),
            "'-1' in 'random:f32:3:-1' is no seed; write an integer of at "
            "least 0");
  for (const char *shape : {"3x", "x", "-1", "3,4", "3x99999999999999999999"})
    EXPECT_NE(reader.read(std::string("zeros:f32:") + shape)
                  .message()
                  .find("is no shape"),
              std::string::npos)
        << shape;
  std::string ones = "1";
  for (int i = 0; i < 64; ++i)
    ones += "x1";
  EXPECT_NE(reader.read("zeros:f32:" + ones).message().find("at most 64"),
            std::string::npos);
  // Any other word is the name of a file.
  EXPECT_EQ(reader.read("ones:f32:3").failure().kind, ErrorKind::IOError);
}

TEST(Spelling, FindsTheNearestOfAFew) {
  EXPECT_EQ(nearestSpelling("--blok", {"--grid", "--block"}), "--block");
  EXPECT_EQ(nearestSpelling("--frobnicate", {"--grid", "--block"}), "");
  EXPECT_EQ(nearestSpelling("ab", {}), "");
  EXPECT_EQ(nearestSpelling("axpy", {"axpz", "axpy"}), "axpy");
}

TEST(File, OneResultFileHasOneName) {
  EXPECT_EQ(resultFile("a/../b.npy"), resultFile("./b.npy"));
  EXPECT_NE(resultFile("a/b.npy"), resultFile("b.npy"));
}
