// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/bytesource.h"

#include "admin/import/gzipsource.h"

#include <QFile>
#include <QFileInfo>

namespace Shardboard {

namespace {

ServerError cannotRead(const QString &path, const QString &why)
{
    return ServerError::file(QStringLiteral("Cannot read %1: %2").arg(path, why));
}

class PlainFile final : public ByteSource
{
public:
    explicit PlainFile(const QString &path) : m_file(path) {}

    Completion open()
    {
        if (!m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
            return cannotRead(m_file.fileName(), m_file.errorString());
        m_sizeOnDisk = m_file.size();
        return Nothing{};
    }

    Outcome<qint64> read(char *buffer, qint64 size) override
    {
        qint64 filled = 0;
        while (filled < size) {
            const qint64 count = m_file.read(buffer + filled, size - filled);
            if (count < 0)
                return cannotRead(m_file.fileName(), m_file.errorString());
            if (count == 0)
                break;
            filled += count;
        }
        m_consumed += filled;
        return filled;
    }

    Completion seek(qint64 offset) override
    {
        if (!m_file.seek(offset))
            return cannotRead(m_file.fileName(), m_file.errorString());
        m_consumed = offset;
        return Nothing{};
    }

    qint64 consumed() const override { return m_consumed; }

private:
    QFile m_file;
    qint64 m_consumed = 0;
};

template <typename Source>
Outcome<std::unique_ptr<ByteSource>> openAs(const QString &path)
{
    auto source = std::make_unique<Source>(path);
    if (auto opened = source->open(); !opened)
        return opened.template failure<std::unique_ptr<ByteSource>>();
    return std::unique_ptr<ByteSource>(std::move(source));
}

} // namespace

Outcome<std::unique_ptr<ByteSource>> ByteSource::open(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return cannotRead(path, QStringLiteral("there is no such file"));
    if (!info.isFile())
        return cannotRead(path, QStringLiteral("it is not a regular file"));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return cannotRead(path, file.errorString());
    if (file.read(2) == QByteArrayView("\x1f\x8b"))
        return openAs<GzipSource>(path);
    return openAs<PlainFile>(path);
}

} // namespace Shardboard
