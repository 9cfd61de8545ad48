// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/retentiondialog.h"

#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/cluster/factlist.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/jobs/retentionwords.h"
#include "ui/tables/figures.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace Shardboard {

RetentionDialog::RetentionDialog(const RetentionWish &wish, IoThread &io, const ConnectionSettings &settings,
    const QString &refusal, QWidget *parent)
    : QDialog(parent)
    , m_wish(wish)
    , m_io(io)
    , m_settings(settings)
    , m_refusal(refusal)
    , m_progress(new ProgressLine(this))
    , m_verdict(makeHeading(tr("Looking…"), 1.15, this))
    , m_rule(makeDimLabel({}, this))
    , m_error(new ErrorView(this))
    , m_partitions(new FactList(tr("Partitions that hold old rows"),
          {tr("Partition"), tr("From (UTC)"), tr("To (UTC)"), tr("Rows, about"), tr("Size"), tr("What becomes of it")},
          this))
    , m_notesArea(new QWidget(this))
    , m_notes(new QVBoxLayout(m_notesArea))
    , m_run(new QPushButton(tr("Run now"), this))
{
    setWindowTitle(tr("What would expire of %1").arg(wish.table.display()));
    setupLayout();
    connect(m_error, &ErrorView::retryRequested, this, &RetentionDialog::read);
    connect(m_run, &QPushButton::clicked, this, [this] {
        Q_EMIT runRequested(m_wish.table.quoted());
        accept();
    });
}

RetentionDialog::~RetentionDialog() = default;

void RetentionDialog::setupLayout()
{
    m_verdict->setWordWrap(true);
    m_error->setRetryVisible(true);
    m_error->hide();
    m_partitions->hide();
    m_partitions->setWidths({180, 120, 120, 90, 80});
    m_notes->setContentsMargins({});
    m_notes->setSpacing(Spacing::small);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_notesArea);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_run, QDialogButtonBox::ActionRole);
    m_run->setEnabled(false);
    m_run->setToolTip(m_refusal);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(m_progress);
    layout->addWidget(m_verdict);
    layout->addWidget(m_rule);
    layout->addWidget(m_error);
    layout->addWidget(m_partitions, 3);
    layout->addWidget(scroll, 2);
    layout->addWidget(buttons);
    resize(760, 520);
}

void RetentionDialog::read()
{
    m_error->hide();
    m_run->setEnabled(false);
    m_verdict->setText(tr("Looking…"));
    m_progress->setRunning(true);
    m_job = Job::start<Outcome<RetentionPreview>>(
        this,
        [&io = m_io, settings = m_settings, wish = m_wish](
            std::stop_token stop, const ProgressSink &) -> Outcome<RetentionPreview> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RetentionPreview>();
            return previewRetention(session, wish);
        },
        [this](const Outcome<RetentionPreview> &preview) {
            m_progress->setRunning(false);
            if (preview.isError()) {
                m_verdict->clear();
                m_error->setError(preview.error(), tr("What would expire could not be found out"));
                m_error->show();
            } else if (preview) {
                showPreview(*preview);
            }
        });
}

QString RetentionDialog::verdict() const
{
    return m_verdict->text();
}

QString RetentionDialog::text() const
{
    return m_texts.join(QLatin1Char('\n'));
}

void RetentionDialog::addNote(Tone tone, const QString &title, const QString &text)
{
    m_texts << title << text;
    if (!title.isEmpty()) {
        Label *heading = makeHeading(title, 1.0, this);
        heading->setWordWrap(true);
        setTone(heading, tone);
        m_notes->addWidget(heading);
    }
    Label *body = makeTextLabel(this);
    body->setText(text);
    m_notes->addWidget(body);
}

void RetentionDialog::showPartitions(const RetentionPreview &preview)
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const ExpiringPartition &partition : preview.partitions) {
        const bool goes = partition.fate == ExpiringPartition::Fate::Goes;
        const auto figure = [](qint64 count, const QString &text) {
            return PartCell{count < 0 ? RetentionDialog::tr("unknown") : text, count, {}, count < 0};
        };
        rows << QList<PartCell>{{parseQualifiedName(partition.name).display()},
            {partition.starts.isValid() ? partition.starts.toString(QStringLiteral("yyyy-MM-dd HH:mm"))
                                        : tr("the beginning"),
                partition.starts.isValid() ? partition.starts.toMSecsSinceEpoch() : 0},
            {partition.ends.toString(QStringLiteral("yyyy-MM-dd HH:mm")), partition.ends.toMSecsSinceEpoch()},
            figure(partition.rows, exactText(partition.rows)),
            figure(partition.bytes, bytesText(double(partition.bytes))), {fateText(partition.fate), {}, {}, !goes}};
        keys << keys.size();
    }
    m_partitions->setRows(rows, keys);
    m_partitions->setVisible(!rows.isEmpty());
}

void RetentionDialog::showPreview(const RetentionPreview &preview)
{
    m_progress->setRunning(false);
    m_texts.clear();
    while (QLayoutItem *item = m_notes->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_verdict->setText(verdictText(preview));
    setTone(m_verdict, preview.isRefused() ? Tone::Warning : Tone::Text);
    m_rule->setText(
        tr("Rows are kept for %1 by %2. What is older than %3 may go; the oldest row is of %4.")
            .arg(preview.wish.keep, preview.wish.timeColumn, momentInUtc(preview.cutoff, tr("nothing")),
                preview.hasMinusInfinity ? QStringLiteral("-infinity") : momentInUtc(preview.oldest, tr("no time"))));
    showPartitions(preview);
    for (const RetentionHold &hold : preview.holds) {
        const RetentionReason reason = explainHold(hold, preview.wish.table.quoted());
        addNote(hold.isRefusal() ? Tone::Warning : Tone::Text, reason.title,
            (reason.cause + QLatin1Char(' ') + reason.remedy).trimmed());
    }
    QStringList hanging;
    for (const RetentionDependant &dependant : preview.dependants)
        hanging << QStringLiteral("%1: %2").arg(dependant.name, dependant.effect);
    if (!hanging.isEmpty())
        addNote(Tone::Text, tr("What hangs on it"), hanging.join(QLatin1Char('\n')));
    if (!preview.notes.isEmpty())
        addNote(Tone::Text, tr("To know"), preview.notes.join(QLatin1Char('\n')));
    m_notes->addStretch(1);
    m_run->setEnabled(m_refusal.isEmpty() && !preview.isEmpty());
}

} // namespace Shardboard
