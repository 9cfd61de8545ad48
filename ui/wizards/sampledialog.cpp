// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/sampledialog.h"

#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/workbench/samplecontroller.h"

#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

namespace Shardboard {

SampleDialog::SampleDialog(
    SampleController &controller, const ConnectionSettings &target, const QString &refusal, QWidget *parent)
    : QDialog(parent)
    , m_controller(controller)
    , m_target(target)
    , m_refusal(refusal)
    , m_table(new QLineEdit(this))
    , m_rate(new QDoubleSpinBox(this))
    , m_sites(new QSpinBox(this))
    , m_errors(new QDoubleSpinBox(this))
    , m_slowSite(new QSpinBox(this))
    , m_burstEvery(new QSpinBox(this))
    , m_history(new QSpinBox(this))
    , m_problem(makeDimLabel({}, this))
    , m_state(makeDimLabel({}, this))
    , m_error(new ErrorView(this))
    , m_start(new QPushButton(this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_burst(new QPushButton(tr("Errors now"), this))
{
    setWindowTitle(tr("Sample data"));
    setupFields();
    setupLayout();
    load(controller.isRunning() ? controller.settings() : SampleSettings{});
    m_error->hide();
    connect(&controller, &SampleController::runningChanged, this, &SampleDialog::showState);
    connect(&controller, &SampleController::failed, this, [this](const ServerError &error) {
        m_error->setError(error, tr("No sample data can be written"));
        m_error->show();
    });
    connect(m_start, &QPushButton::clicked, this, &SampleDialog::apply);
    connect(m_stop, &QPushButton::clicked, &controller, &SampleController::stop);
    connect(m_burst, &QPushButton::clicked, this, &SampleDialog::burstNow);
    showState();
}

void SampleDialog::setupFields()
{
    m_table->setAccessibleName(tr("Table"));
    m_rate->setRange(0.1, 100000);
    m_rate->setDecimals(1);
    m_rate->setSuffix(tr(" rows/s"));
    m_rate->setAccessibleName(tr("Rate"));
    m_sites->setRange(1, 100000);
    m_sites->setAccessibleName(tr("Sites"));
    m_errors->setRange(0, 100);
    m_errors->setDecimals(1);
    m_errors->setSuffix(tr(" %"));
    m_errors->setAccessibleName(tr("Share of errors"));
    m_slowSite->setRange(0, 100000);
    m_slowSite->setSpecialValueText(tr("none"));
    m_slowSite->setAccessibleName(tr("Slow site"));
    m_burstEvery->setRange(0, 1440);
    m_burstEvery->setSuffix(tr(" min"));
    m_burstEvery->setSpecialValueText(tr("never"));
    m_burstEvery->setAccessibleName(tr("Burst of errors every"));
    m_history->setRange(0, 24 * 30);
    m_history->setSuffix(tr(" h"));
    m_history->setSpecialValueText(tr("none"));
    m_history->setAccessibleName(tr("History written first"));
    connect(m_table, &QLineEdit::textEdited, this, &SampleDialog::check);
    for (QSpinBox *box : {m_sites, m_slowSite, m_burstEvery, m_history})
        connect(box, &QSpinBox::valueChanged, this, &SampleDialog::check);
    for (QDoubleSpinBox *box : {m_rate, m_errors})
        connect(box, &QDoubleSpinBox::valueChanged, this, &SampleDialog::check);
}

void SampleDialog::setupLayout()
{
    auto *form = makeForm(nullptr);
    form->addRow(tr("&Table"), m_table);
    form->addRow(tr("&Rate"), m_rate);
    form->addRow(tr("S&ites"), m_sites);
    form->addRow(tr("Share of &errors"), m_errors);
    form->addRow(tr("S&low site"), m_slowSite);
    form->addRow(tr("&Burst of errors every"), m_burstEvery);
    form->addRow(tr("&History written first"), m_history);
    alignLabels(*form);
    setTone(m_problem, Tone::Error);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Spacing::small);
    auto *close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    m_start->setDefault(true);
    buttons->addWidget(m_burst);
    buttons->addStretch(1);
    for (QPushButton *button : {close, m_stop, m_start})
        buttons->addWidget(button);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(
        makeDimLabel(tr("Invented requests, so that there is something to look at: busy and quiet sites, a slow "
                        "one, bursts of errors. The same settings tell the same story."),
            this));
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(m_state);
    layout->addWidget(m_error);
    layout->addLayout(buttons);
    setMinimumWidth(460);
}

void SampleDialog::load(const SampleSettings &settings)
{
    m_base = settings;
    m_table->setText(settings.table.display());
    m_rate->setValue(settings.rate);
    m_sites->setValue(settings.sites);
    m_errors->setValue(settings.errorShare * 100);
    m_slowSite->setValue(settings.slowSite);
    m_burstEvery->setValue(int(settings.burstEvery.count() / 60));
    m_history->setValue(0);
    check();
}

SampleSettings SampleDialog::settings() const
{
    SampleSettings settings = m_base;
    settings.table = parseQualifiedName(m_table->text());
    settings.rate = m_rate->value();
    settings.sites = m_sites->value();
    settings.errorShare = m_errors->value() / 100;
    settings.slowSite = m_slowSite->value();
    settings.burstEvery = std::chrono::minutes(m_burstEvery->value());
    settings.backfill = std::chrono::hours(m_history->value());
    return settings;
}

void SampleDialog::check()
{
    QString problem = m_refusal;
    if (problem.isEmpty() && settings().table.name.isEmpty())
        problem = tr("“%1” is not the name of a table").arg(m_table->text());
    if (problem.isEmpty())
        problem = settings().problem();
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_start->setEnabled(problem.isEmpty());
}

void SampleDialog::apply()
{
    m_error->hide();
    m_controller.restart(m_target, settings());
}

void SampleDialog::burstNow()
{
    m_base.burstsAt.append(QDateTime::currentDateTimeUtc());
    apply();
}

void SampleDialog::showState()
{
    const bool isRunning = m_controller.isRunning();
    m_start->setText(isRunning ? tr("Apply") : tr("Start"));
    m_stop->setVisible(isRunning);
    m_burst->setVisible(isRunning);
    m_state->setText(
        isRunning ? tr("Running. It goes on when this window is closed; the status bar shows it.") : QString());
    m_state->setVisible(isRunning);
}

} // namespace Shardboard
