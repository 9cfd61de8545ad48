// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <functional>
#include <memory>

namespace Shardboard::Ctl {

/// Turns results that arrive in pieces into the text of one format. Nothing but the aligned text of the first rows is
/// held back, so memory does not grow with the result.
class ResultWriter
{
public:
    using Output = std::function<Completion(QByteArrayView)>;

    explicit ResultWriter(Output output) : m_output(std::move(output)) {}
    virtual ~ResultWriter() = default;

    /// Once, around everything. The error ends a document that would be cut short without it.
    virtual Completion open() { return Nothing{}; }
    virtual Completion close(const ServerError *error) = 0;

    /// For each statement.
    virtual Completion begin(const QList<ResultField> &fields) = 0;
    virtual Completion rows(const SharedRowBatch &batch) = 0;
    virtual Completion end(const ResultSet &result) = 0; ///< fields, tag and count without rows

protected:
    Completion write(QByteArrayView text) const { return text.isEmpty() ? Completion(Nothing{}) : m_output(text); }

private:
    Output m_output;
};

/// "text", "csv" or "json"; null for another name.
std::unique_ptr<ResultWriter> makeResultWriter(const QString &format, ResultWriter::Output output);

std::unique_ptr<ResultWriter> makeTextWriter(ResultWriter::Output output);
std::unique_ptr<ResultWriter> makeCsvWriter(ResultWriter::Output output);
std::unique_ptr<ResultWriter> makeJsonWriter(ResultWriter::Output output);

/// How a value of this type is written where types matter.
enum class CellKind { Text, Number, Boolean, Json };
CellKind kindOfType(quint32 typeOid);

} // namespace Shardboard::Ctl
