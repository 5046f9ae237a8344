//===- Lexer.h - PTX text to tokens -----------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_LEXER_H
#define THEANO_SIMULATOR_PTX_LEXER_H

#include "Ptx/Diagnostic.h"

#include <string_view>

namespace theano::sim {

enum class TokenKind : uint8_t {
  End,
  Identifier, ///< name, %name, $name
  DotWord,    ///< .word: a directive, a modifier or a component; text is "word"
  Integer,    ///< value is its bits
  Float32,    ///< 0f followed by 8 hex digits; value is its bits
  Float64,    ///< 0d followed by 16, or a decimal fraction; value is its bits
  String,     ///< text is what stands between the quotes, escapes kept
  Punctuation,
  Error, ///< text says what is wrong
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;
  uint64_t value = 0;
  Position where;

  bool is(char c) const {
    return kind == TokenKind::Punctuation && text.size() == 1 && text[0] == c;
  }
  bool isDot(std::string_view word) const {
    return kind == TokenKind::DotWord && text == word;
  }
  bool isName(std::string_view name) const {
    return kind == TokenKind::Identifier && text == name;
  }
};

/// Reads one text from front to back. Tokens refer to the text, which must
/// outlive them.
class Lexer {
public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next();

private:
  void skipSpace();
  Token number(Token token);
  Token error(Token token, std::string_view message) {
    token.kind = TokenKind::Error;
    token.text = message;
    pos_ = text_.size();
    return token;
  }
  char peek(size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }

  std::string_view text_;
  size_t pos_ = 0, lineStart_ = 0;
  uint32_t line_ = 1;
  bool openComment_ = false;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_LEXER_H
