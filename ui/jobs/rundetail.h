// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/common/labels.h"
#include "ui/jobs/runchart.h"
#include "ui/tables/partlist.h"

#include <QWidget>

class QGridLayout;
class QVBoxLayout;

namespace Shardboard {

class FactList;

/// Below the list: what is known of the chosen rollup or job at the left, its runs at the right.
class RunDetail final : public QWidget
{
    Q_OBJECT

public:
    struct Note
    {
        Tone tone = Tone::Text;
        QString title, text;
    };
    struct Line
    {
        QString label, text, toolTip = {};
    };

    RunDetail(const QStringList &runHeaders, const QList<int> &widths, QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &word, Tone tone);
    void setNotes(const QList<Note> &notes);
    void setLines(const QList<Line> &lines);
    void setRuns(const QList<QList<PartCell>> &rows, const QList<qint64> &keys, const QList<RunChart::Bar> &bars);
    QString text() const; ///< title, notes and lines, for tests
    RunChart &chart() { return *m_chart; }
    FactList &runs() { return *m_runs; }

private:
    Label *m_title;
    Label *m_word;
    QVBoxLayout *m_notes;
    QGridLayout *m_lines;
    QStringList m_texts[2]; ///< of notes and lines
    RunChart *m_chart;
    FactList *m_runs;
};

} // namespace Shardboard
