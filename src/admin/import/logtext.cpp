// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/logtext.h"

#include "admin/import/bytescan.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace Shardboard::LogText {

namespace {

bool isAddress(Text text)
{
    std::array<char, INET6_ADDRSTRLEN> copy{}; // inet_pton() wants an end
    if (text.empty() || text.size() >= copy.size())
        return false;
    std::copy(text.begin(), text.end(), copy.begin());
    std::array<unsigned char, 16> bytes;
    return inet_pton(AF_INET, copy.data(), bytes.data()) == 1 || inet_pton(AF_INET6, copy.data(), bytes.data()) == 1;
}

int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

bool areDigits(Text text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

Text addressIn(Text text)
{
    if (isAddress(text))
        return text;
    const size_t colon = text.rfind(':');
    if (colon != Text::npos && areDigits(text.substr(colon + 1)))
        text = text.substr(0, colon);
    if (text.size() > 2 && text.front() == '[' && text.back() == ']')
        text = text.substr(1, text.size() - 2);
    return isAddress(text) ? text : Text();
}

Text unescaped(Text field, std::string &buffer)
{
    if (field.find('\\') == Text::npos)
        return field;
    const size_t begin = buffer.size();
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\') {
            buffer += field[i];
            continue;
        }
        const char next = i + 1 < field.size() ? field[i + 1] : '\0';
        if (next == '"' || next == '\\') {
            buffer += next;
            ++i;
        } else if (next == 'x' && i + 3 < field.size() && hexValue(field[i + 2]) >= 0 && hexValue(field[i + 3]) >= 0) {
            buffer += char(hexValue(field[i + 2]) * 16 + hexValue(field[i + 3]));
            i += 3;
        } else {
            buffer.resize(begin);
            return field;
        }
    }
    const Text text = Text(buffer).substr(begin);
    const bool hasControls
        = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (!hasControls && !hasTextFault(text.data(), text.data() + text.size()))
        return text;
    buffer.resize(begin);
    return field;
}

bool Reader::take(Text text)
{
    if (m_rest.substr(0, text.size()) != text)
        return false;
    m_rest.remove_prefix(text.size());
    return true;
}

Text Reader::takeWord()
{
    const Text word = m_rest.substr(0, m_rest.find(' '));
    m_rest.remove_prefix(word.size());
    return word;
}

std::optional<Text> Reader::takeQuoted()
{
    for (size_t i = 0; i < m_rest.size(); ++i) {
        if (m_rest[i] == '\\') {
            ++i;
        } else if (m_rest[i] == '"') {
            const Text field = m_rest.substr(0, i);
            m_rest.remove_prefix(i + 1);
            return field;
        }
    }
    return std::nullopt;
}

void readRequest(Text request, LogLine &line)
{
    auto &method = line.values[LogLine::Method];
    auto &url = line.values[LogLine::Url];
    method = url = std::nullopt;
    if (request.empty() || request == noValue)
        return;
    const Text word = request.substr(0, request.find(' '));
    const bool isMethod = word.size() < request.size() && !word.empty()
        && std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
    if (!isMethod) {
        url = request;
        return;
    }
    method = word;
    const Text target = request.substr(word.size() + 1);
    url = target.substr(0, target.rfind(" HTTP/"));
}

} // namespace Shardboard::LogText
