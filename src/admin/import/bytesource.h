// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QString>

#include <memory>

namespace Shardboard {

/// The bytes of a plain or gzip file (told by its first two bytes, not by its name), from the start or from any offset.
/// Offsets count what is inside. One thread at a time.
class ByteSource
{
public:
    static Outcome<std::unique_ptr<ByteSource>> open(const QString &path);
    virtual ~ByteSource() = default;

    /// Fills the buffer as far as the file goes: fewer bytes than asked for only at its end.
    virtual Outcome<qint64> read(char *buffer, qint64 size) = 0;
    /// Cheap in a plain file; a gzip file is unpacked up to there.
    virtual Completion seek(qint64 offset) = 0;
    /// How much of the file on disk has been read, for progress.
    virtual qint64 consumed() const = 0;
    /// What was passed over in the file, once it is read to its end; empty: nothing.
    virtual QString warning() const { return {}; }
    qint64 sizeOnDisk() const { return m_sizeOnDisk; }

protected:
    qint64 m_sizeOnDisk = 0;
};

} // namespace Shardboard
