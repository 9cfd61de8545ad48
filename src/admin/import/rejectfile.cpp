// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/rejectfile.h"

#include <QDataStream>

#include <algorithm>

namespace Shardboard {

namespace {

ServerError cannotWrite(const QFileDevice &file)
{
    return ServerError::file(QStringLiteral("Cannot write %1: %2").arg(file.fileName(), file.errorString()));
}

QByteArray quoted(QByteArray text)
{
    text.replace("\"", "\"\"");
    return '"' + text + '"';
}

} // namespace

Completion RejectSpool::add(const std::vector<RejectedLine> &lines)
{
    if (lines.empty())
        return Nothing{};
    if (!m_file.isOpen() && !m_file.open())
        return cannotWrite(m_file);
    QDataStream out(&m_file);
    for (const RejectedLine &line : lines)
        out << line.line << line.reason << line.text;
    if (out.status() != QDataStream::Ok)
        return cannotWrite(m_file);
    m_count += qint64(lines.size());
    return Nothing{};
}

Completion RejectSpool::clear()
{
    m_count = 0;
    if (m_file.isOpen() && (!m_file.resize(0) || !m_file.seek(0)))
        return cannotWrite(m_file);
    return Nothing{};
}

Completion RejectSpool::rewind()
{
    m_read = 0;
    if (m_file.isOpen() && (!m_file.flush() || !m_file.seek(0)))
        return cannotWrite(m_file);
    return Nothing{};
}

Outcome<std::optional<RejectedLine>> RejectSpool::next()
{
    if (m_read == m_count)
        return std::optional<RejectedLine>();
    QDataStream in(&m_file);
    RejectedLine line;
    in >> line.line >> line.reason >> line.text;
    if (in.status() != QDataStream::Ok)
        return ServerError::file(QStringLiteral("Cannot read %1: %2").arg(m_file.fileName(), m_file.errorString()));
    ++m_read;
    return std::optional(line);
}

Outcome<std::unique_ptr<RejectFile>> RejectFile::create(const QString &path)
{
    std::unique_ptr<RejectFile> file(new RejectFile(path));
    if (!file->m_file.open(QIODevice::WriteOnly))
        return cannotWrite(file->m_file);
    return file;
}

Completion RejectFile::writeLine(const RejectedLine &line)
{
    const QByteArray row = QByteArray::number(line.line) + ',' + quoted(line.reason) + ',' + quoted(line.text) + '\n';
    if (m_file.write(row) != row.size())
        return cannotWrite(m_file);
    return Nothing{};
}

Completion RejectFile::write(const std::vector<RejectSpool *> &spools)
{
    struct Head
    {
        RejectSpool *spool;
        RejectedLine line;
    };
    std::vector<Head> heads;
    for (RejectSpool *spool : spools) {
        if (auto rewound = spool->rewind(); !rewound)
            return rewound;
        auto first = spool->next();
        if (!first)
            return first.failure<Nothing>();
        if (*first)
            heads.push_back({spool, **first});
    }
    if (heads.empty())
        return Nothing{};
    m_file.write("line,reason,text\n");
    while (!heads.empty()) {
        const auto lowest = std::min_element(
            heads.begin(), heads.end(), [](const Head &a, const Head &b) { return a.line.line < b.line.line; });
        if (auto written = writeLine(lowest->line); !written)
            return written;
        auto next = lowest->spool->next();
        if (!next)
            return next.failure<Nothing>();
        if (*next)
            lowest->line = **next;
        else
            heads.erase(lowest);
    }
    return m_file.commit() ? Completion(Nothing{}) : cannotWrite(m_file);
}

} // namespace Shardboard
