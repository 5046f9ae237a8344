//===- Lexer.cpp - PTX text to tokens -------------------------------------===//

#include "Ptx/Lexer.h"

#include <bit>
#include <charconv>

namespace theano::sim {

namespace {
// Not <cctype>: its answers depend on the locale of the host program.
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isHex(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isFollowing(char c) {
  return isLetter(c) || isDigit(c) || c == '_' || c == '$';
}
bool startsName(char c) {
  return isLetter(c) || c == '_' || c == '$' || c == '%';
}
} // namespace

void Lexer::skipSpace() {
  for (; pos_ < text_.size(); ++pos_) {
    char c = text_[pos_];
    if (c == '\n') {
      ++line_;
      lineStart_ = pos_ + 1;
    } else if (c == '/' && peek(1) == '/') {
      while (pos_ + 1 < text_.size() && text_[pos_ + 1] != '\n')
        ++pos_;
    } else if (c == '/' && peek(1) == '*') {
      for (pos_ += 2; pos_ < text_.size(); ++pos_) {
        if (text_[pos_] == '\n') {
          ++line_;
          lineStart_ = pos_ + 1;
        }
        if (text_[pos_] == '*' && peek(1) == '/')
          break;
      }
      if (pos_ >= text_.size()) {
        openComment_ = true;
        return;
      }
      ++pos_;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v') {
      return;
    }
  }
}

Token Lexer::next() {
  skipSpace();
  Token token;
  token.where = {line_, static_cast<uint32_t>(pos_ - lineStart_ + 1)};
  if (openComment_)
    return error(token, "a comment is not closed");
  if (pos_ >= text_.size())
    return token;
  size_t start = pos_;
  char c = text_[pos_];
  if (isDigit(c) || (c == '.' && isDigit(peek(1)) && !isLetter(peek(2))))
    return number(token);
  if (startsName(c)) {
    ++pos_;
    while (isFollowing(peek()))
      ++pos_;
    token.kind = TokenKind::Identifier;
    token.text = text_.substr(start, pos_ - start);
    return token;
  }
  if (c == '.' && (isFollowing(peek(1)))) {
    ++pos_;
    // Sub-spaces and cache levels are one word: .shared::cluster, .L2::128B.
    while (isFollowing(peek()) ||
           (peek() == ':' && peek(1) == ':' && isFollowing(peek(2))) ||
           (peek() == ':' && pos_ > start && text_[pos_ - 1] == ':'))
      ++pos_;
    token.kind = TokenKind::DotWord;
    token.text = text_.substr(start + 1, pos_ - start - 1);
    return token;
  }
  if (c == '"') {
    for (++pos_; peek() != '"'; ++pos_) {
      if (pos_ >= text_.size() || peek() == '\n')
        return error(token, "a string is not closed on its line");
      if (peek() == '\\')
        ++pos_;
    }
    ++pos_;
    token.kind = TokenKind::String;
    token.text = text_.substr(start + 1, pos_ - start - 2);
    return token;
  }
  ++pos_;
  token.kind = TokenKind::Punctuation;
  token.text = text_.substr(start, 1);
  return token;
}

Token Lexer::number(Token token) {
  size_t start = pos_;
  const char *end = text_.data() + text_.size();
  auto hexFloat = [&](size_t digits, TokenKind kind) {
    size_t count = 0;
    while (isHex(peek(2 + count)))
      ++count;
    if (count != digits)
      return error(token, digits == 8
                              ? "0f needs exactly 8 hexadecimal digits"
                              : "0d needs exactly 16 hexadecimal digits");
    std::from_chars(text_.data() + pos_ + 2, end, token.value, 16);
    pos_ += 2 + digits;
    token.kind = kind;
    token.text = text_.substr(start, pos_ - start);
    return token;
  };
  char second = peek(1);
  if (peek() == '0' && (second == 'f' || second == 'F'))
    return hexFloat(8, TokenKind::Float32);
  if (peek() == '0' && (second == 'd' || second == 'D'))
    return hexFloat(16, TokenKind::Float64);

  int base = 10;
  if (peek() == '0') {
    if (second == 'x' || second == 'X')
      base = 16;
    else if (second == 'b' || second == 'B')
      base = 2;
    else
      base = 8;
    if (base != 8)
      pos_ += 2;
  }
  auto [stop, code] =
      std::from_chars(text_.data() + pos_, end, token.value, base);
  if (code == std::errc::result_out_of_range)
    return error(token, "an integer does not fit 64 bits");
  char after = stop < end ? *stop : '\0';
  bool fraction = after == '.' || after == 'e' || after == 'E';
  // "08.5" reads as octal 0 up to here, and is a fraction all the same.
  if ((base == 10 || base == 8) &&
      (fraction || (base == 8 && isDigit(after)))) {
    double value = 0;
    auto [last, wrong] = std::from_chars(text_.data() + start, end, value);
    if (wrong != std::errc())
      return error(token, "a number cannot be read");
    pos_ = static_cast<size_t>(last - text_.data());
    token.kind = TokenKind::Float64;
    token.value = std::bit_cast<uint64_t>(value);
    token.text = text_.substr(start, pos_ - start);
    return token;
  }
  if (code != std::errc())
    return error(token, "a number has no digits");
  pos_ = static_cast<size_t>(stop - text_.data());
  if (peek() == 'U')
    ++pos_;
  if (isFollowing(peek()))
    return error(token, "a number is followed by a letter or digit that does "
                        "not belong to it");
  token.kind = TokenKind::Integer;
  token.text = text_.substr(start, pos_ - start);
  return token;
}

} // namespace theano::sim
