// Numbers as a person would say them. ASCII only.

#ifndef MTUSCOPE_CLI_PLAIN_WORDS_H_
#define MTUSCOPE_CLI_PLAIN_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/finding.h"

namespace mtuscope {

// "12,345,678".
std::string grouped(uint64_t number);

// "1 flow", "1,200 flows"; the plural adds an "s".
std::string count_words(uint64_t count, std::string_view noun);

// Decimal units: "312 bytes", "4.2 kB", "1.3 GB".
std::string byte_words(uint64_t bytes);

// With a capital letter at its start and a full stop at its end; empty text stays empty.
std::string sentence(std::string_view text);

// How likely luck is: "1 in 470,000", "1 in 2.1 billion", "12 %", "less than 1 in a trillion".
std::string chance_words(double chance);

// The bracket as a line to look at: "delivered up to 435 | 436-1419 unknown | lost from 1420".
// Empty when neither end is known.
std::string bracket_picture(const Bracket& bracket);

// The bracket inside a sentence or a list: "435 <= path MTU < 1420", "path MTU 1392",
// "path MTU at least 1420", "path MTU below 1420", "path MTU unknown".
std::string bracket_words(const Bracket& bracket);

// A display filter for Wireshark that shows these frames (ascending): "frame.number in
// {7, 11..13}". Sets with commas are understood since Wireshark 3.6; a single frame needs none.
std::string frame_filter(const std::vector<FrameNumber>& frames);

// What a kind is called in a title: "Path-MTU black hole".
std::string_view title(FindingKind kind);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PLAIN_WORDS_H_
