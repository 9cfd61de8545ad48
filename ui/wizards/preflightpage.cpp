// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/preflightpage.h"

#include "ui/common/badge.h"
#include "ui/common/card.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QProgressBar>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

struct Look
{
    QString word;
    QColor colour;
};

Look lookOf(const Finding &finding)
{
    const Theme &theme = Theme::instance();
    if (!finding.fixedBy.isEmpty())
        return {PreflightPage::tr("Fixed by the plan"), theme.success()};
    switch (finding.severity) {
    case Finding::Severity::Blocks:
        return {PreflightPage::tr("In the way"), theme.error()};
    case Finding::Severity::Warns:
        return {PreflightPage::tr("Warning"), theme.warning()};
    case Finding::Severity::Informs:
        return {PreflightPage::tr("Good to know"), theme.dimText()};
    }
    Q_UNREACHABLE();
}

QWidget *makeWaiting(QWidget *parent)
{
    auto *waiting = new QWidget(parent);
    auto *layout = new QVBoxLayout(waiting);
    auto *bar = new QProgressBar(waiting);
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedWidth(240);
    layout->addStretch(1);
    layout->addWidget(
        new Label(PreflightPage::tr("Reading keys, triggers, types and nodes…"), waiting), 0, Qt::AlignHCenter);
    layout->addWidget(bar, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    return waiting;
}

} // namespace

PreflightPage::PreflightPage(QWidget *parent)
    : QWidget(parent)
    , m_states(new QStackedLayout(this))
    , m_title(makeHeading({}, 1.35, this))
    , m_intro(makeDimLabel({}, this))
    , m_scroll(new QScrollArea(this))
    , m_error(new ErrorView(this))
{
    auto *verdict = new QWidget(this);
    auto *layout = new QVBoxLayout(verdict);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(m_title);
    layout->addWidget(m_intro);
    layout->addWidget(m_scroll, 1);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Findings"));
    auto *failed = new QWidget(this);
    auto *failedLayout = new QVBoxLayout(failed);
    failedLayout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::huge);
    failedLayout->addWidget(m_error);
    failedLayout->addStretch(1);
    m_error->setRetryVisible(true);
    connect(m_error, &ErrorView::retryRequested, this, &PreflightPage::retryRequested);
    m_states->addWidget(makeWaiting(this));
    m_states->addWidget(verdict);
    m_states->addWidget(failed);
}

void PreflightPage::showWorking()
{
    // A verdict that is asked for again after a tick stays in sight until the new one is there.
    if (m_states->currentIndex() != 1)
        m_states->setCurrentIndex(0);
}

void PreflightPage::showError(const ServerError &error)
{
    m_error->setError(error, tr("The tables could not be examined"));
    m_states->setCurrentIndex(2);
}

void PreflightPage::showVerdict(const Preflight &verdict)
{
    const int position = m_scroll->verticalScrollBar()->value();
    auto *all = new QWidget(m_scroll);
    m_list = new QVBoxLayout(all);
    m_list->setContentsMargins(0, 0, Spacing::small, 0);
    m_list->setSpacing(Spacing::small);
    int open = 0, warnings = 0;
    for (const Finding &finding : verdict.findings) {
        m_list->addWidget(makeFinding(finding));
        open += finding.isOpen() ? 1 : 0;
        warnings += finding.severity == Finding::Severity::Warns && finding.fixedBy.isEmpty() ? 1 : 0;
    }
    m_list->addStretch(1);
    m_scroll->setWidget(all);
    m_scroll->verticalScrollBar()->setValue(position);
    if (open > 0) {
        m_title->setText(tr("%n thing(s) in the way", nullptr, open));
        m_intro->setText(tr(
            "The server would refuse. Tick a fix and it becomes part of the plan, or go back and choose otherwise."));
    } else {
        m_title->setText(
            warnings > 0 ? tr("Nothing in the way, %n warning(s)", nullptr, warnings) : tr("Nothing in the way"));
        m_intro->setText(tr("The server will accept it. The next page shows every statement before it runs."));
    }
    m_states->setCurrentIndex(1);
}

QString PreflightPage::summary() const
{
    return m_title->text();
}

QWidget *PreflightPage::makeFinding(const Finding &finding)
{
    auto *card = new Card(this);
    const Look look = lookOf(finding);
    card->setStripe(look.colour);
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::medium, Spacing::medium);
    layout->setSpacing(Spacing::tiny);
    auto *badge = new Badge(card);
    badge->set(look.word, look.colour, false);
    layout->addWidget(badge, 0, Qt::AlignLeft);
    auto *problem = makeTextLabel(card);
    problem->setText(finding.problem);
    QFont font = problem->font();
    font.setWeight(QFont::DemiBold);
    problem->setFont(font);
    layout->addWidget(problem);
    if (!finding.rule.isEmpty())
        layout->addWidget(makeDimLabel(finding.rule, card));
    if (!finding.remedy.isEmpty() && finding.fixedBy.isEmpty()) {
        auto *remedy = makeTextLabel(card);
        remedy->setText(finding.remedy);
        layout->addWidget(remedy);
    }
    for (const Fix &fix : finding.fixes)
        layout->addWidget(makeFix(finding, fix));
    card->setAccessibleName(QStringLiteral("%1: %2").arg(look.word, finding.problem));
    card->setAccessibleDescription(finding.rule);
    return card;
}

QWidget *PreflightPage::makeFix(const Finding &finding, const Fix &fix)
{
    auto *row = new QWidget(this);
    auto *layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, Spacing::tiny, 0, 0);
    layout->setSpacing(2);
    auto *box = new QCheckBox(captionText(fix.title), row);
    box->setObjectName(fix.id);
    box->setChecked(finding.fixedBy == fix.id);
    box->setAccessibleDescription(fix.consequence);
    layout->addWidget(box);
    if (!fix.consequence.isEmpty()) {
        auto *consequence = makeDimLabel(fix.consequence, row);
        consequence->setIndent(24);
        layout->addWidget(consequence);
    }
    QStringList others;
    for (const Fix &other : finding.fixes) {
        if (other.id != fix.id)
            others << other.id;
    }
    connect(box, &QCheckBox::clicked, this,
        [this, id = fix.id, others](bool isChosen) { Q_EMIT fixToggled(id, others, isChosen); });
    return row;
}

} // namespace Shardboard
