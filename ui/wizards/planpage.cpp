// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/planpage.h"

#include "admin/intent.h"
#include "admin/planscript.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/savefile.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/wizards/plansteplist.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

QString bulleted(const QStringList &lines)
{
    QStringList out;
    for (const QString &line : lines)
        out.append(QStringLiteral("•  ") + line);
    return out.join(QLatin1Char('\n'));
}

} // namespace

PlanPage::PlanPage(PlanModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_states(new QStackedLayout(this))
    , m_working(new Label(this))
    , m_error(new ErrorView(this))
    , m_title(makeHeading({}, 1.35, this))
    , m_summary(makeDimLabel({}, this))
    , m_warnings(new Card(this))
    , m_warningText(makeTextLabel(this))
    , m_notes(makeDimLabel({}, this))
    , m_refusal(makeTextLabel(this))
    , m_steps(new PlanStepList(model, this))
    , m_sql(new SqlView(this))
    , m_locks(makeTextLabel(this))
    , m_undo(makeDimLabel({}, this))
    , m_saved(makeDimLabel({}, this))
{
    auto *working = new QWidget(this);
    auto *workingLayout = new QVBoxLayout(working);
    auto *bar = new QProgressBar(working);
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setFixedWidth(240);
    workingLayout->addStretch(1);
    workingLayout->addWidget(m_working, 0, Qt::AlignHCenter);
    workingLayout->addWidget(bar, 0, Qt::AlignHCenter);
    workingLayout->addStretch(1);
    auto *failed = new QWidget(this);
    auto *failedLayout = new QVBoxLayout(failed);
    failedLayout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::huge);
    failedLayout->addWidget(m_error);
    failedLayout->addStretch(1);
    m_error->setRetryVisible(true);
    connect(m_error, &ErrorView::retryRequested, this, &PlanPage::retryRequested);
    m_states->addWidget(working);
    m_states->addWidget(makePlanView());
    m_states->addWidget(failed);
    connect(m_steps, &PlanStepList::stepSelected, this, &PlanPage::showStep);
    setTone(m_refusal, Tone::Error);
    setRefusal({});
}

QWidget *PlanPage::makePlanView()
{
    auto *view = new QWidget(this);
    auto *layout = new QVBoxLayout(view);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    auto *warnings = new QVBoxLayout(m_warnings);
    warnings->setContentsMargins(Spacing::large, Spacing::small, Spacing::medium, Spacing::small);
    warnings->addWidget(m_warningText);
    auto *side = new QWidget(view);
    auto *sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(0, 0, Spacing::tiny, 0);
    sideLayout->addWidget(m_steps, 1);
    sideLayout->addWidget(m_locks);
    sideLayout->addWidget(m_undo);
    auto *splitter = new QSplitter(Qt::Horizontal, view);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(side);
    splitter->addWidget(m_sql);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 4);
    splitter->setSizes({360, 460});
    for (QWidget *widget : {static_cast<QWidget *>(m_title), static_cast<QWidget *>(m_summary),
             static_cast<QWidget *>(m_refusal), static_cast<QWidget *>(m_warnings), static_cast<QWidget *>(m_notes)})
        layout->addWidget(widget);
    layout->addWidget(splitter, 1);
    layout->addWidget(makeToolRow());
    return view;
}

QWidget *PlanPage::makeToolRow()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    const auto add = [&](const QString &text, auto slot) {
        auto *button = new QPushButton(text, row);
        button->setAutoDefault(false);
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, slot);
    };
    add(tr("Copy script"), [this] { QApplication::clipboard()->setText(script()); });
    add(tr("Save script…"), [this] { saveScript(); });
    add(tr("Save intent…"), [this] { saveIntent(); });
    layout->addWidget(m_saved, 1);
    return row;
}

void PlanPage::showWorking(const QString &activity)
{
    m_working->setText(activity);
    m_states->setCurrentIndex(0);
}

void PlanPage::showError(const ServerError &error)
{
    m_error->setError(error, tr("The plan could not be made"));
    m_states->setCurrentIndex(2);
}

void PlanPage::showPlan()
{
    m_title->setText(m_model.plan().title);
    int open = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        open += m_model.state(row) == StepReport::State::Pending ? 1 : 0;
    const int done = m_model.rowCount() - open;
    if (m_model.changesNothing())
        m_summary->setText(tr("There is nothing to change: everything is already so."));
    else if (done > 0)
        m_summary->setText(tr("%n step(s) to do, ", nullptr, open) + tr("%n already so.", nullptr, done));
    else
        m_summary->setText(tr("%n step(s). Nothing has been changed yet.", nullptr, open));
    showWarnings();
    PlanScript script = writePlanScript(m_model.plan());
    m_sql->setSql(script.text);
    m_stepLines = std::move(script.stepLines);
    m_saved->clear();
    m_states->setCurrentIndex(1);
    m_steps->setCurrentIndex(m_model.index(0));
}

void PlanPage::showWarnings()
{
    QStringList lines = m_model.plan().warnings;
    for (const PlanStep &step : m_model.plan().steps)
        for (const QString &warning : step.warnings)
            lines.append(tr("%1: %2").arg(step.title, warning));
    m_warningText->setText(bulleted(lines));
    m_warnings->setVisible(!lines.isEmpty());
    m_warnings->setStripe(Theme::instance().warning());
    m_notes->setText(bulleted(m_model.plan().notes));
    m_notes->setVisible(!m_model.plan().notes.isEmpty());
}

void PlanPage::setRefusal(const QString &reason)
{
    m_refusal->setText(reason);
    m_refusal->setVisible(!reason.isEmpty());
}

void PlanPage::showStep(int row)
{
    if (row < 0) {
        m_locks->clear();
        m_undo->clear();
        return;
    }
    const PlanStep &step = m_model.step(row);
    m_locks->setText(step.locks.isEmpty() ? tr("Locks: none that others notice")
                                          : tr("Locks: %1").arg(step.locks.join(QStringLiteral("; "))));
    const QString undo = step.undoSql.simplified();
    m_undo->setText(undo.isEmpty() ? tr("Undo: there is nothing to take back, or it cannot be")
                                   : tr("Undo: %1").arg(undo.size() > 160 ? undo.left(160) + QChar(u'…') : undo));
    const auto [first, last] = m_stepLines.value(row, {-1, -1});
    m_sql->markLines(first, last);
}

QString PlanPage::script() const
{
    return planScript(m_model.plan());
}

void PlanPage::saveScript()
{
    save(tr("Save the script"), QStringLiteral("plan.sql"), script().toUtf8());
}

void PlanPage::saveIntent()
{
    save(tr("Save the intent"), QStringLiteral("intent.json"), intentToJson(m_model.plan().intent));
}

void PlanPage::save(const QString &title, const QString &name, const QByteArray &bytes)
{
    askToSave(title, name, bytes, this, [this](const Completion &written, const QString &path) {
        setTone(m_saved, written ? Tone::Dim : Tone::Error);
        m_saved->setText(written.isError() ? written.error().message : tr("Saved as %1").arg(path));
    });
}

} // namespace Shardboard
