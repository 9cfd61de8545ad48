// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/bytesource.h"

#include <QFile>

#include <zlib.h>

#include <vector>

namespace Shardboard {

/// A gzip file of any number of members. Damaged data are an error with their place in the file, wherever they are; so
/// is a later member whose header is broken. Other bytes behind the last member are a warning, zeros are padding.
class GzipSource final : public ByteSource
{
public:
    explicit GzipSource(const QString &path);
    ~GzipSource() override;
    GzipSource(const GzipSource &) = delete;
    GzipSource &operator=(const GzipSource &) = delete;

    Completion open();
    Outcome<qint64> read(char *buffer, qint64 size) override;
    Completion seek(qint64 offset) override;
    qint64 consumed() const override { return m_fileOffset; }
    QString warning() const override { return m_warning; }

private:
    Completion fill();
    Outcome<bool> beginMember();
    Outcome<bool> endAtTrailer();
    Outcome<bool> holdsMember(qint64 offset);
    bool unpacks(QByteArrayView rest) const;
    Completion restart();
    qint64 place() const { return m_fileOffset - m_stream.avail_in; }
    ServerError damaged(const char *why) const;
    ServerError unreadable(const QString &why) const;

    QFile m_file;
    z_stream m_stream = {};
    std::vector<char> m_input;
    qint64 m_fileOffset = 0; ///< of the end of the input at hand
    qint64 m_position = 0; ///< in the unpacked data
    bool m_isInMember = false;
    bool m_isAtEnd = false;
    QString m_warning;
};

} // namespace Shardboard
