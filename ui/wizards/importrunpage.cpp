// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/wizards/importpages.h"
#include "ui/workbench/runningwork.h"

#include <QDesktopServices>
#include <QProgressBar>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace Shardboard {

ImportRunPage::ImportRunPage(QWidget *parent)
    : QWidget(parent)
    , m_title(makeHeading({}, 1.35, this))
    , m_activity(makeDimLabel({}, this))
    , m_elapsed(new Label(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel the import"), this))
    , m_report(makeTextLabel(this))
    , m_rejects(new QPushButton(tr("Open the rejected lines, each with its line number and reason"), this))
    , m_error(new ErrorView(this))
{
    m_bar->setTextVisible(false);
    m_cancel->setAutoDefault(false);
    m_rejects->setAutoDefault(false);
    setTone(m_elapsed, Tone::Dim);
    auto *head = new QHBoxLayout;
    head->setSpacing(Spacing::small);
    head->addWidget(m_title, 1);
    head->addWidget(m_elapsed);
    head->addWidget(m_cancel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addLayout(head);
    for (QWidget *widget : {static_cast<QWidget *>(m_activity), static_cast<QWidget *>(m_bar),
             static_cast<QWidget *>(m_error), static_cast<QWidget *>(m_report), static_cast<QWidget *>(m_rejects)})
        layout->addWidget(widget);
    layout->setAlignment(m_rejects, Qt::AlignLeft);
    layout->addStretch(1);
    m_tick.setInterval(500);
    connect(&m_tick, &QTimer::timeout, this,
        [this] { m_elapsed->setText(describeDuration(double(m_since.elapsed() / 100 * 100))); });
    connect(m_cancel, &QPushButton::clicked, this, &ImportRunPage::cancelRequested);
    connect(m_error, &ErrorView::retryRequested, this, &ImportRunPage::retryRequested);
    connect(m_rejects, &QPushButton::clicked, this,
        [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_rejectFile)); });
}

void ImportRunPage::start()
{
    m_title->setText(tr("Importing"));
    m_activity->setText(tr("Connecting…"));
    m_bar->setRange(0, 0);
    for (QWidget *widget :
        {static_cast<QWidget *>(m_bar), static_cast<QWidget *>(m_activity), static_cast<QWidget *>(m_cancel)})
        widget->show();
    for (QWidget *widget :
        {static_cast<QWidget *>(m_error), static_cast<QWidget *>(m_report), static_cast<QWidget *>(m_rejects)})
        widget->hide();
    m_cancel->setEnabled(true);
    m_since.start();
    m_tick.start();
}

void ImportRunPage::showProgress(const Progress &progress)
{
    m_activity->setText(progress.activity + QStringLiteral(" · ") + describeProgress(progress));
    m_bar->setRange(0, progress.total > 0 ? 1000 : 0);
    if (progress.total > 0)
        m_bar->setValue(int(progress.done * 1000 / progress.total));
}

void ImportRunPage::showCancelling()
{
    m_activity->setText(tr("Asking the server to stop…"));
    m_cancel->setEnabled(false);
}

void ImportRunPage::showReport(const Outcome<ImportReport> &report)
{
    m_tick.stop();
    m_bar->hide();
    m_cancel->hide();
    m_activity->setVisible(report.isCancelled());
    m_activity->setText(tr("Nothing was loaded by the connection that was stopped; it is as if it had not begun."));
    // Loading the file again would double the rows if they are there.
    const bool isUnknown = report.isError() && isUnknownOutcome(report.error());
    m_title->setText(report        ? tr("Imported")
            : report.isCancelled() ? tr("Cancelled")
            : isUnknown            ? tr("Outcome unknown")
                                   : tr("Stopped at a failure"));
    m_error->setVisible(report.isError());
    m_error->setRetryVisible(!isUnknown);
    if (report.isError())
        m_error->setError(report.error());
    m_report->setVisible(report.isOk());
    m_rejects->setVisible(report.isOk() && !report->rejectFile.isEmpty());
    if (!report)
        return;
    m_report->setText(report->toText());
    m_rejectFile = report->rejectFile;
    m_rejects->setToolTip(m_rejectFile);
}

} // namespace Shardboard
