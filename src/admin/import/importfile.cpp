// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/importfile.h"

#include "admin/import/bytesource.h"
#include "admin/import/csvgrammar.h"
#include "admin/import/logline.h"

#include <algorithm>
#include <limits>

namespace Shardboard {

namespace {

constexpr qsizetype headSize = 256 * 1024;
constexpr int sampleLines = 20;
constexpr QByteArrayView utf8Mark("\xEF\xBB\xBF");

/// The beginning of the file: whole lines, the last one ended if the file does not end it.
struct Head
{
    ByteBuffer bytes;
    qint64 fileBytes = 0; ///< of `bytes`, without an added newline
    qint64 mark = 0; ///< bytes of the byte order mark, which `bytes` leaves out

    const char *begin() const { return bytes.data(); }
    const char *end() const { return bytes.data() + bytes.size(); }
};

ServerError unusable(const QString &file, const QString &why, const QString &hint = {})
{
    return ServerError::usage(QStringLiteral("%1 %2").arg(file, why), hint);
}

Outcome<Head> readHead(const QString &path)
{
    auto source = ByteSource::open(path);
    if (!source)
        return source.failure<Head>();
    Head head;
    head.bytes.resize(headSize + 1);
    const auto count = (*source)->read(head.bytes.data(), headSize);
    if (!count)
        return count.failure<Head>();
    QByteArrayView text(head.bytes.data(), qsizetype(*count));
    if (text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF"))
        return unusable(path, QStringLiteral("is UTF-16 text."), QStringLiteral("Save it as UTF-8 first."));
    head.mark = text.startsWith(utf8Mark) ? utf8Mark.size() : 0;
    text = text.sliced(head.mark);
    if (text.isEmpty())
        return unusable(path, QStringLiteral("is empty."));
    const char *lastNewline = findLastByte(text.begin(), text.end(), '\n');
    if (*count == headSize && !lastNewline)
        return unusable(path, QStringLiteral("begins with a line longer than 256 KiB."));
    if (*count == headSize)
        text = {text.begin(), lastNewline + 1};
    std::memmove(head.bytes.data(), text.data(), size_t(text.size()));
    head.fileBytes = text.size();
    head.bytes.resize(text.size());
    if (head.bytes.data()[text.size() - 1] != '\n')
        head.bytes.append('\n');
    return head;
}

bool looksLikeLog(const Head &head)
{
    LogLine line;
    int right = 0;
    int lines = 0;
    for (const char *p = head.begin(); p != head.end() && lines < sampleLines; ++lines) {
        const char *newline = findByte(p, head.end(), '\n');
        QByteArrayView text(p, newline);
        if (text.endsWith('\r'))
            text.chop(1);
        right += parseLogLine(text, line) == nullptr ? 1 : 0;
        p = newline + 1;
    }
    return right * 2 > lines;
}

/// How many fields each of the first records has, when all have as many; else 0.
size_t commonFieldCount(const Head &head, char delimiter)
{
    size_t common = 0;
    int records = 0;
    for (const char *p = head.begin(); p != head.end() && records < sampleLines; ++records) {
        const CsvRecord record = readCsvRecord(p, head.end(), delimiter);
        if (record.fault != CsvFault::None || (common != 0 && record.fields.size() != common))
            return 0;
        common = record.fields.size();
        p = record.end;
    }
    return common;
}

char guessDelimiter(const Head &head)
{
    char best = ',';
    size_t bestCount = std::max<size_t>(commonFieldCount(head, best), 1);
    for (const char candidate : {'\t', ';', '|'}) {
        const size_t count = commonFieldCount(head, candidate);
        if (count > bestCount) {
            best = candidate;
            bestCount = count;
        }
    }
    return best;
}

QStringList columnNames(const CsvRecord &record, bool hasHeader)
{
    QStringList names;
    for (const CsvField &field : record.fields) {
        const QString name = QString::fromUtf8(field.value()).trimmed();
        names.append(hasHeader && !name.isEmpty() ? name : QString::number(names.size() + 1));
    }
    return names;
}

Completion readColumns(const Head &head, ImportFile &file)
{
    const ImportSettings &settings = file.settings;
    const CsvRecord first = readCsvRecord(head.begin(), head.end(), *settings.delimiter);
    if (first.fault != CsvFault::None)
        return unusable(
            settings.file, QStringLiteral("has %1 in its first line.").arg(QLatin1String(describeFault(first.fault))));
    file.columns = columnNames(first, settings.hasHeader);
    QStringList unique = file.columns;
    if (unique.removeDuplicates() > 0)
        return unusable(settings.file,
            QStringLiteral("names a column twice in its header: %1").arg(file.columns.join(QStringLiteral(", "))),
            QStringLiteral("If the first line is data, say that there is no header."));
    if (settings.hasHeader) {
        file.data.begin += std::min<qint64>(first.end - head.begin(), head.fileBytes);
        file.data.firstLine += countNewlines(head.begin(), first.end);
    }
    return Nothing{};
}

Completion checkDelimiter(char delimiter)
{
    const bool isUsable
        = static_cast<signed char>(delimiter) > 0 && delimiter != '"' && delimiter != '\n' && delimiter != '\r';
    return isUsable
        ? Completion(Nothing{})
        : ServerError::usage(QStringLiteral("The delimiter must be one ASCII character, and no quote or line end."));
}

} // namespace

Outcome<ImportFile> inspectFile(const ImportSettings &settings)
{
    const auto head = readHead(settings.file);
    if (!head)
        return head.failure<ImportFile>();
    ImportFile file;
    file.settings = settings;
    file.data = {head->mark, std::numeric_limits<qint64>::max(), 1};
    if (!settings.format)
        file.settings.format = looksLikeLog(*head) ? ImportFormat::Combined : ImportFormat::Csv;
    if (file.settings.format == ImportFormat::Combined)
        return file;
    if (!settings.delimiter)
        file.settings.delimiter = guessDelimiter(*head);
    if (auto usable = checkDelimiter(*file.settings.delimiter); !usable)
        return usable.failure<ImportFile>();
    if (auto read = readColumns(*head, file); !read)
        return read.failure<ImportFile>();
    return file;
}

} // namespace Shardboard
