// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/trafficrate.h"

#include <QStringList>

#include <span>
#include <string>
#include <vector>

namespace Shardboard {

/// How a row's value is written for COPY.
template <typename Row>
struct SampleColumn
{
    const char *name;
    void (*append)(std::string &text, const Row &row);
};

/// Microseconds since 1970 as a timestamp with time zone.
void appendSampleTime(std::string &text, qint64 microseconds);

/// Generated rows as text, whatever they are of.
class SampleStream
{
public:
    virtual ~SampleStream() = default;

    virtual QStringList columns() const = 0; ///< that it can fill
    virtual QStringList neededColumns() const = 0; ///< that the table must have
    virtual QString rowsAre() const = 0; ///< "web requests"
    virtual const TrafficRate &rate() const = 0;
    /// Which columns to write, and in which order.
    virtual void select(const QStringList &columns) = 0;
    /// Appends the rows of one second, a line each, as COPY's text format.
    virtual void append(qint64 second, std::string &text) = 0;
};

/// A stream of what `Generator` makes up.
template <typename Generator>
class GeneratedStream final : public SampleStream
{
public:
    template <typename... Arguments>
    explicit GeneratedStream(const Arguments &...arguments) : m_generator(arguments...)
    {
    }

    QStringList columns() const override
    {
        QStringList names;
        for (const auto &column : Generator::columns())
            names << QString::fromLatin1(column.name);
        return names;
    }
    QStringList neededColumns() const override
    {
        QStringList names;
        for (const char *name : Generator::neededColumns)
            names << QString::fromLatin1(name);
        return names;
    }
    QString rowsAre() const override { return QString::fromLatin1(Generator::rowsAre); }
    const TrafficRate &rate() const override { return m_generator.rate(); }
    void select(const QStringList &columns) override
    {
        m_selected.clear();
        for (const auto &column : Generator::columns())
            if (columns.contains(QLatin1String(column.name)))
                m_selected.push_back(column.append);
    }
    void append(qint64 second, std::string &text) override
    {
        m_generator.generate(second, m_rows);
        for (const auto &row : m_rows) {
            for (size_t i = 0; i < m_selected.size(); ++i) {
                if (i > 0)
                    text += '\t';
                m_selected[i](text, row);
            }
            text += '\n';
        }
    }

private:
    using Row = typename Generator::Row;

    Generator m_generator;
    std::vector<void (*)(std::string &, const Row &)> m_selected;
    std::vector<Row> m_rows;
};

} // namespace Shardboard
