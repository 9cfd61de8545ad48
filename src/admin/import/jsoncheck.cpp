// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/valuecheck.h"

#include <algorithm>

namespace Shardboard {

namespace {

/// RFC 8259 as the server reads it. A \u escape is taken for right: what it may stand for differs between json and
/// jsonb.
class JsonChecker
{
public:
    explicit JsonChecker(QByteArrayView text) : m_p(text.begin()), m_end(text.end()) {}

    bool isDocument()
    {
        const bool isRight = isValue(0);
        skipSpace();
        return isRight && m_p == m_end;
    }
    bool isTooDeep() const { return m_isTooDeep; }

private:
    // Deeper than this the server decides, by its own limit on the stack.
    static constexpr int maximumDepth = 500;

    void skipSpace()
    {
        while (m_p != m_end && (*m_p == ' ' || *m_p == '\t' || *m_p == '\n' || *m_p == '\r'))
            ++m_p;
    }

    bool take(char c)
    {
        skipSpace();
        if (m_p == m_end || *m_p != c)
            return false;
        ++m_p;
        return true;
    }

    bool takeWord(QByteArrayView word)
    {
        if (!QByteArrayView(m_p, m_end).startsWith(word))
            return false;
        m_p += word.size();
        return true;
    }

    bool takeDigits()
    {
        const char *begin = m_p;
        while (m_p != m_end && *m_p >= '0' && *m_p <= '9')
            ++m_p;
        return m_p != begin;
    }

    bool isValue(int depth)
    {
        m_isTooDeep = m_isTooDeep || depth > maximumDepth;
        skipSpace();
        if (m_p == m_end || m_isTooDeep)
            return false;
        switch (*m_p) {
        case '{':
            return isObject(depth);
        case '[':
            return isArray(depth);
        case '"':
            return isString();
        case 't':
            return takeWord("true");
        case 'f':
            return takeWord("false");
        case 'n':
            return takeWord("null");
        default:
            return isNumber();
        }
    }

    bool isObject(int depth)
    {
        ++m_p;
        if (take('}'))
            return true;
        do {
            skipSpace();
            if (!isString() || !take(':') || !isValue(depth + 1))
                return false;
        } while (take(','));
        return take('}');
    }

    bool isArray(int depth)
    {
        ++m_p;
        if (take(']'))
            return true;
        do {
            if (!isValue(depth + 1))
                return false;
        } while (take(','));
        return take(']');
    }

    bool isString()
    {
        if (m_p == m_end || *m_p != '"')
            return false;
        for (++m_p; m_p != m_end; ++m_p) {
            if (*m_p == '"') {
                ++m_p;
                return true;
            }
            if (static_cast<unsigned char>(*m_p) < 0x20)
                return false;
            if (*m_p == '\\' && !isEscape())
                return false;
        }
        return false;
    }

    /// Leaves m_p at the escape's last character.
    bool isEscape()
    {
        if (++m_p == m_end)
            return false;
        if (*m_p != 'u')
            return QByteArrayView("\"\\/bfnrt").contains(*m_p);
        if (m_end - m_p < 5)
            return false;
        const bool isRight = std::all_of(m_p + 1, m_p + 5,
            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
        m_p += 4;
        return isRight;
    }

    bool isNumber()
    {
        if (*m_p == '-')
            ++m_p;
        if (m_p != m_end && *m_p == '0')
            ++m_p;
        else if (!takeDigits())
            return false;
        if (m_p != m_end && *m_p == '.') {
            ++m_p;
            if (!takeDigits())
                return false;
        }
        if (m_p != m_end && (*m_p == 'e' || *m_p == 'E')) {
            ++m_p;
            if (m_p != m_end && (*m_p == '-' || *m_p == '+'))
                ++m_p;
            return takeDigits();
        }
        return true;
    }

    const char *m_p;
    const char *m_end;
    bool m_isTooDeep = false;
};

} // namespace

bool jsonFits(QByteArrayView text)
{
    JsonChecker checker(text);
    return checker.isDocument() || checker.isTooDeep();
}

} // namespace Shardboard
