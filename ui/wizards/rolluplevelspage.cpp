// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rolluplevelspage.h"

#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/wizards/rolluplevelrow.h"

#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QTimeZone>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

/// Longer buckets are cheap to run seldom; finer rows need not be kept as long.
RollupLevelDraft usualLevel(const QString &bucket, bool isLast)
{
    const qint64 seconds = bucketSeconds(bucket);
    const QString schedule = seconds < 300 ? QStringLiteral("* * * * *")
        : seconds < 86400                  ? QStringLiteral("*/5 * * * *")
                                           : QStringLiteral("3 * * * *");
    const QString keep = isLast ? QStringLiteral("never")
        : seconds < 300         ? QStringLiteral("30 days")
        : seconds < 86400       ? QStringLiteral("90 days")
                                : QStringLiteral("never");
    return {bucket, {}, schedule, keep};
}

const QList<QStringList> &presets()
{
    static const QList<QStringList> all{
        {QStringLiteral("1 minute"), QStringLiteral("5 minutes"), QStringLiteral("1 hour"), QStringLiteral("1 day")},
        {QStringLiteral("1 minute"), QStringLiteral("1 hour")}, {QStringLiteral("5 minutes"), QStringLiteral("1 hour")},
        {QStringLiteral("1 hour"), QStringLiteral("1 day"), QStringLiteral("1 month")}, {QStringLiteral("1 minute")}};
    return all;
}

} // namespace

RollupLevelsPage::RollupLevelsPage(QWidget *parent)
    : QWidget(parent)
    , m_list(new QVBoxLayout)
    , m_add(new QPushButton(tr("&Add a longer one"), this))
    , m_zone(new QComboBox(this))
    , m_problems(makeDimLabel({}, this))
    , m_note(makeDimLabel({}, this))
{
    m_zone->setEditable(true);
    m_zone->setInsertPolicy(QComboBox::NoInsert);
    m_zone->addItem(QStringLiteral("UTC"));
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds()) {
        if (id.contains('/') && !id.startsWith("Etc/"))
            m_zone->addItem(QString::fromLatin1(id));
    }
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_zone->setMaximumWidth(260);
    m_zone->setAccessibleName(tr("Time zone of days and longer buckets"));
    m_add->setAutoDefault(false);
    setTone(m_problems, Tone::Error);
    setupLayout();
    connect(m_add, &QPushButton::clicked, this, &RollupLevelsPage::addLevel);
    connect(m_zone, &QComboBox::currentTextChanged, this, [this] {
        if (!m_isLoading)
            Q_EMIT changed();
    });
}

void RollupLevelsPage::setupLayout()
{
    auto *inner = new QWidget(this);
    auto *layout = new QVBoxLayout(inner);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeHeading(tr("How long are the buckets?"), 1.35, this));
    layout->addWidget(makeDimLabel(
        tr("Several lengths make a family: the first is made from the source, each longer one from the one before, and "
           "a dashboard reads whichever fits what is shown."),
        this));
    layout->addLayout(makeHeadings());
    m_list->setSpacing(Spacing::small);
    layout->addLayout(m_list);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Spacing::small);
    buttons->addWidget(m_add);
    buttons->addWidget(makePresets());
    buttons->addStretch(1);
    layout->addLayout(buttons);
    layout->addWidget(m_problems);
    auto *form = makeForm(nullptr);
    form->setContentsMargins({});
    form->addRow(tr("Time &zone"), m_zone);
    form->addRow({},
        makeDimLabel(
            tr("Of buckets of a day and longer: a day of 23 hours is one bucket. Shorter ones are cut in UTC."), this));
    form->addRow({}, m_note);
    alignLabels(*form);
    layout->addLayout(form);
    layout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(scroll);
}

QLayout *RollupLevelsPage::makeHeadings()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::tiny);
    for (const auto &[text, width] : {std::pair(tr("Bucket"), RollupLevelRow::bucketWidth), {tr("Table"), 0},
             {tr("Runs"), RollupLevelRow::scheduleWidth}, {tr("Rows are kept"), RollupLevelRow::keepWidth},
             {QString(), RollupLevelRow::removeWidth}}) {
        auto *label = makeDimLabel(text, this);
        label->setWordWrap(false);
        if (width > 0)
            label->setFixedWidth(width);
        row->addWidget(label, width > 0 ? 0 : 1);
    }
    return row;
}

QWidget *RollupLevelsPage::makePresets()
{
    auto *button = new QPushButton(tr("&Usual families"), this);
    button->setAutoDefault(false);
    auto *menu = new QMenu(button);
    for (const QStringList &buckets : presets())
        menu->addAction(buckets.join(QStringLiteral(" → ")), this, [this, buckets] { choosePreset(buckets); });
    button->setMenu(menu);
    return button;
}

void RollupLevelsPage::choosePreset(const QStringList &buckets)
{
    QList<RollupLevelDraft> levels;
    for (const QString &bucket : buckets)
        levels << usualLevel(bucket, bucket == buckets.constLast());
    show(levels);
    Q_EMIT changed();
}

void RollupLevelsPage::addLevel()
{
    QList<RollupLevelDraft> now = levels();
    const QString before = now.isEmpty() ? QString() : now.constLast().bucket;
    QString next = QStringLiteral("1 year");
    for (const char *bucket : {"1 minute", "5 minutes", "1 hour", "1 day", "1 month"}) {
        if (before.isEmpty() || isMadeOfBuckets(QLatin1String(bucket), before)) {
            next = QLatin1String(bucket);
            break;
        }
    }
    now << usualLevel(next, true);
    show(now);
    m_rows.constLast()->setFocus();
    Q_EMIT changed();
}

void RollupLevelsPage::removeRow(int index)
{
    QList<RollupLevelDraft> now = levels();
    now.removeAt(index);
    show(now);
    m_rows.at(std::max(0, index - 1))->setFocus();
    Q_EMIT changed();
}

QList<RollupLevelDraft> RollupLevelsPage::levels() const
{
    QList<RollupLevelDraft> list;
    for (const RollupLevelRow *row : m_rows)
        list << row->level();
    return list;
}

void RollupLevelsPage::setRowCount(int count)
{
    while (m_rows.size() > count) {
        // Not at once: it may be the one whose button is being pressed.
        m_rows.constLast()->hide();
        m_rows.takeLast()->deleteLater();
    }
    while (m_rows.size() < count) {
        auto *row = new RollupLevelRow(this);
        connect(row, &RollupLevelRow::changed, this, &RollupLevelsPage::changed);
        connect(row, &RollupLevelRow::removeRequested, this, [this, row] { removeRow(int(m_rows.indexOf(row))); });
        m_list->addWidget(row);
        m_rows << row;
    }
    if (!m_rows.isEmpty())
        setFocusProxy(m_rows.constFirst());
}

void RollupLevelsPage::show(const QList<RollupLevelDraft> &levels)
{
    setRowCount(int(levels.size()));
    for (int i = 0; i < levels.size(); ++i) {
        RollupLevelDraft unnamed = levels.at(i);
        unnamed.target.clear();
        m_rows.at(i)->load(levels.at(i), levelTarget(m_draft, unnamed), levels.size() > 1);
    }
}

void RollupLevelsPage::load(const RollupDraft &draft, const QString &finer, bool hasCron)
{
    m_isLoading = true;
    m_draft = draft;
    show(draft.levels);
    if (m_zone->currentText() != draft.timeZone)
        m_zone->setCurrentText(draft.timeZone);
    QStringList notes;
    if (!finer.isEmpty())
        notes << tr("The source has buckets of %1: these must be made of whole ones of it.").arg(finer);
    if (!hasCron)
        notes << tr("pg_cron is not in this database: nothing runs by itself. The plan prints lines for a system's "
                    "crontab, and the Rollups & Jobs page runs it by hand.");
    m_note->setText(notes.join(QLatin1Char('\n')));
    m_note->setVisible(!notes.isEmpty());
    m_isLoading = false;
}

void RollupLevelsPage::store(RollupDraft &draft) const
{
    if (m_rows.isEmpty())
        return;
    draft.levels = levels();
    draft.timeZone = m_zone->currentText().trimmed();
}

void RollupLevelsPage::showProblems(const QList<RollupProblem> &problems)
{
    QStringList whole;
    for (int i = 0; i < m_rows.size(); ++i) {
        QStringList own;
        for (const RollupProblem &problem : problems) {
            if (problem.part == RollupProblem::Part::Levels && problem.row == i)
                own << problem.text;
        }
        m_rows.at(i)->showProblems(own);
    }
    for (const RollupProblem &problem : problems) {
        if (problem.part == RollupProblem::Part::Levels && problem.row < 0)
            whole << problem.text;
    }
    m_problems->setText(whole.join(QLatin1Char('\n')));
    m_problems->setVisible(!whole.isEmpty());
}

} // namespace Shardboard
