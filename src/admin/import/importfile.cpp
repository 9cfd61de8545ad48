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

/// The program whose files begin like this; empty: none that is known.
QString packedBy(QByteArrayView text)
{
    static const std::pair<QByteArrayView, const char *> known[]{{"PK\x03\x04", "zip"}, {"\x28\xB5\x2F\xFD", "zstd"},
        {"\xFD"
         "7zXZ",
            "xz"},
        {"BZh91AY", "bzip2"}};
    for (const auto &[magic, program] : known) {
        if (text.startsWith(magic))
            return QLatin1String(program);
    }
    return {};
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
    if (const QString packed = packedBy(text); !packed.isEmpty())
        return unusable(path, QStringLiteral("is packed by %1.").arg(packed), QStringLiteral("Unpack it first."));
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

bool looksLikeLog(const Head &head, ImportFormat format)
{
    LogLine line;
    int right = 0;
    int lines = 0;
    for (const char *p = head.begin(); p != head.end() && lines < sampleLines; ++lines) {
        const char *newline = findByte(p, head.end(), '\n');
        QByteArrayView text(p, newline);
        if (text.endsWith('\r'))
            text.chop(1);
        right += parseLogLine(text, line, format) == nullptr ? 1 : 0;
        p = newline + 1;
    }
    return right * 2 > lines;
}

ImportFormat guessFormatOf(const Head &head)
{
    for (const auto format : {ImportFormat::Combined, ImportFormat::Caddy, ImportFormat::Alb}) {
        if (looksLikeLog(head, format))
            return format;
    }
    return ImportFormat::Csv;
}

/// Past the empty lines at `p`.
const char *skipEmptyLines(const char *p, const char *end)
{
    while (p != end && (*p == '\n' || (*p == '\r' && p[1] == '\n')))
        p += *p == '\n' ? 1 : 2;
    return p;
}

/// Of the first records, how many have as many fields as the first one, in per cent; 0 when that has a single one.
/// Empty lines and records of another length say nothing against a delimiter that the others agree on.
int agreement(const char *p, const char *end, char delimiter)
{
    size_t common = 0;
    int records = 0;
    int agreeing = 0;
    for (p = skipEmptyLines(p, end); p != end && records < sampleLines; p = skipEmptyLines(p, end), ++records) {
        const CsvRecord record = readCsvRecord(p, end, delimiter);
        if (records == 0)
            common = record.fault == CsvFault::None ? record.fields.size() : 0;
        agreeing += record.fault == CsvFault::None && record.fields.size() == common ? 1 : 0;
        p = record.end;
    }
    return common > 1 ? 100 * agreeing / records : 0;
}

/// Between delimiters that fit equally well the comma comes last: it also stands in numbers, 1,5.
char guessDelimiter(const char *begin, const char *end)
{
    char best = ',';
    int bestAgreement = 0;
    for (const char candidate : {'\t', ';', '|', ','}) {
        const int found = agreement(begin, end, candidate);
        if (found > bestAgreement) {
            best = candidate;
            bestAgreement = found;
        }
    }
    return best;
}

/// The delimiter of a first line `sep=;`, which spreadsheets write and read; it is no record.
std::optional<char> separatorLine(const Head &head)
{
    QByteArrayView line(head.begin(), findByte(head.begin(), head.end(), '\n'));
    if (line.endsWith('\r'))
        line.chop(1);
    if (line.startsWith('"') && line.endsWith('"') && line.size() > 1)
        line = line.sliced(1, line.size() - 2);
    if (line.size() != 5 || line.first(4).compare("sep=", Qt::CaseInsensitive) != 0)
        return std::nullopt;
    return line.back();
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

/// `begin`: where the data begin in the head.
Completion readColumns(const Head &head, const char *begin, ImportFile &file)
{
    const ImportSettings &settings = file.settings;
    begin = skipEmptyLines(begin, head.end());
    if (begin == head.end())
        return unusable(settings.file, QStringLiteral("holds no record."));
    const CsvRecord first = readCsvRecord(begin, head.end(), *settings.delimiter);
    if (settings.hasHeader && hasTextFault(begin, first.end))
        return unusable(settings.file,
            QStringLiteral("cannot be read: %1.").arg(QString::fromUtf8(describeTextFault(head.begin(), first.end, 1))),
            QStringLiteral("Convert it to UTF-8 first, for example by iconv -f LATIN1 -t UTF-8."));
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
        file.data.begin = head.mark + std::min<qint64>(first.end - head.begin(), head.fileBytes);
        file.data.firstLine = 1 + countNewlines(head.begin(), first.end);
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

/// Sets the delimiter and where the data begin.
Completion inspectCsv(const Head &head, ImportFile &file)
{
    const char *begin = head.begin();
    if (const auto separator = separatorLine(head);
        separator && file.settings.delimiter.value_or(*separator) == *separator) {
        file.settings.delimiter = separator;
        file.notes.append(QStringLiteral("The first line, sep=%1, names the delimiter and is not loaded.")
                              .arg(QLatin1Char(*separator)));
        begin = findByte(begin, head.end(), '\n') + 1;
    }
    // Empty lines in front of a header belong to it; without one they are records like any other.
    file.data.begin = head.mark + std::min<qint64>(begin - head.begin(), head.fileBytes);
    file.data.firstLine += countNewlines(head.begin(), begin);
    if (!file.settings.delimiter)
        file.settings.delimiter = guessDelimiter(begin, head.end());
    if (auto usable = checkDelimiter(*file.settings.delimiter); !usable)
        return usable;
    return readColumns(head, begin, file);
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
        file.settings.format = guessFormatOf(*head);
    if (isAccessLog(*file.settings.format))
        return file;
    if (auto inspected = inspectCsv(*head, file); !inspected)
        return inspected.failure<ImportFile>();
    return file;
}

} // namespace Shardboard
