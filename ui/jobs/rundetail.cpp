// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/rundetail.h"

#include "ui/cluster/factlist.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr int factsWidth = 400; ///< of the lines left of the runs, until the user moves the border

void clear(QLayout &layout)
{
    while (QLayoutItem *item = layout.takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

} // namespace

RunDetail::RunDetail(const QStringList &runHeaders, const QList<int> &widths, QWidget *parent)
    : QWidget(parent)
    , m_title(makeHeading({}, 1.2, this))
    , m_word(makeHeading({}, 1.0, this))
    , m_notes(new QVBoxLayout)
    , m_lines(new QGridLayout)
    , m_chart(new RunChart(this))
    , m_runs(new FactList(tr("Runs"), runHeaders, this))
{
    auto *facts = new QWidget(this);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_word);
    m_notes->setSpacing(Spacing::small);
    m_lines->setHorizontalSpacing(Spacing::medium);
    m_lines->setVerticalSpacing(Spacing::tiny);
    m_lines->setColumnStretch(1, 1);
    auto *left = new QVBoxLayout(facts);
    left->setContentsMargins(Spacing::large, Spacing::small, Spacing::medium, Spacing::small);
    left->setSpacing(Spacing::small);
    left->addLayout(head);
    left->addLayout(m_notes);
    left->addLayout(m_lines);
    left->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(facts);
    scroll->setWidgetResizable(true);
    scroll->setMinimumWidth(factsWidth / 2);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_runs->setWidths(widths);
    auto *past = new QWidget(this);
    auto *right = new QVBoxLayout(past);
    right->setContentsMargins(Spacing::medium, Spacing::small, Spacing::large, Spacing::small);
    right->addWidget(m_chart);
    right->addWidget(m_runs, 1);
    auto *splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(scroll);
    splitter->addWidget(past);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({factsWidth, 2 * factsWidth});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(splitter);
}

void RunDetail::setTitle(const QString &title, const QString &word, Tone tone)
{
    m_title->setText(title);
    m_word->setText(word);
    m_word->setWordWrap(false);
    setTone(m_word, tone);
}

void RunDetail::setNotes(const QList<Note> &notes)
{
    QStringList texts;
    for (const Note &note : notes)
        texts << note.title << note.text;
    if (texts == m_texts[0])
        return; // what is being read or selected stays as it is
    m_texts[0] = texts;
    clear(*m_notes);
    for (const Note &note : notes) {
        Label *title = makeHeading(note.title, 1.0, this);
        title->setWordWrap(true);
        setTone(title, note.tone);
        Label *text = makeTextLabel(this);
        text->setText(note.text);
        m_notes->addWidget(title);
        m_notes->addWidget(text);
    }
}

void RunDetail::setLines(const QList<Line> &lines)
{
    QStringList texts;
    for (const Line &line : lines)
        texts << line.label << line.text;
    if (texts == m_texts[1])
        return;
    m_texts[1] = texts;
    clear(*m_lines);
    int row = 0;
    for (const Line &line : lines) {
        Label *label = makeDimLabel(line.label, this);
        label->setWordWrap(false);
        Label *text = makeTextLabel(this);
        text->setText(line.text);
        text->setFont(Theme::figureFont());
        text->setToolTip(line.toolTip);
        label->setBuddy(text);
        m_lines->addWidget(label, row, 0, Qt::AlignTop);
        m_lines->addWidget(text, row++, 1);
    }
}

void RunDetail::setRuns(const QList<QList<PartCell>> &rows, const QList<qint64> &keys, const QList<RunChart::Bar> &bars)
{
    m_runs->setRows(rows, keys);
    m_chart->setBars(bars);
}

QString RunDetail::text() const
{
    return (QStringList{m_title->text(), m_word->text()} + m_texts[0] + m_texts[1]).join(QLatin1Char('\n'));
}

} // namespace Shardboard
