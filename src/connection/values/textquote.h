// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

/// Text on its way out of the program, quoted for the one that reads it next: one function per reader. SQL itself is
/// quoted in sqlquote.h.

/// Control characters, line and paragraph separators, bidirectional controls and other invisible format characters as
/// psql prints them: \n, \r, \t, \x1B, \u202E. The result is one line that a terminal shows as it is.
QString visibleText(const QString &text);

/// For a terminal or a log: as visibleText(), but line feeds and tabs stay.
QString terminalText(const QString &text);

/// How many columns a terminal takes for it: two for wide East Asian characters and emoji, none for combining marks.
qsizetype terminalWidth(const QString &text);

/// Padded with blanks to a number of terminal columns; longer text stays as it is.
QString paddedLeft(const QString &text, qsizetype columns); ///< blanks before it
QString paddedRight(const QString &text, qsizetype columns); ///< blanks after it

/// Comment lines "-- …" for the server and for psql, each ended by a line feed. `lead` begins every line.
QString sqlComment(const QString &text, const QString &lead = {});

/// An SQL literal without line breaks and invisible characters: E'…' with escapes where there are any. For a server
/// whose encoding is UTF-8, or names that are ASCII.
QString oneLineLiteral(const QString &text);

/// One word of a POSIX shell. Text that holds NUL has no such form; what follows NUL is left out.
QString shellWord(const QString &text);

/// The command of a crontab line. nullopt: a word holds a control character, for which a crontab has no form.
std::optional<QString> crontabCommand(const QStringList &words);

/// A field of a CSV record (RFC 4180, as COPY … CSV writes it): NULL is nothing, an empty text is "". Cells that a
/// spreadsheet takes for a formula (they begin with = + - @ or a tab) are written as they are, as psql and COPY do: a
/// file that is loaded again must give the same values.
void appendCsvField(QByteArray &line, QByteArrayView field);

/// JSON text in which invisible characters (see visibleText()) are written as \uXXXX: the same document, and nothing in
/// it acts on a terminal. They can stand in strings only, whose meaning does not change.
QByteArray visibleJson(const QByteArray &json);

/// A string of a JSON document, with its quotes; as visibleJson().
void appendJsonString(QByteArray &text, QByteArrayView value);

} // namespace Shardboard
