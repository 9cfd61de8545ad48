// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/verifydialog.h"

#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/cluster/factlist.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDialogButtonBox>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace Shardboard {

namespace {

constexpr int shownDifferences = 500;
constexpr int between = -1; ///< of the ranges: the one with its own ends

} // namespace

VerifyDialog::VerifyDialog(const QString &rollup, qint64 bucketSeconds, IoThread &io,
    const ConnectionSettings &settings, const QString &refusal, QWidget *parent)
    : QDialog(parent)
    , m_rollup(rollup)
    , m_bucketSeconds(bucketSeconds)
    , m_io(io)
    , m_settings(settings)
    , m_refusal(refusal)
    , m_range(new QComboBox(this))
    , m_since(new QDateTimeEdit(QDateTime::currentDateTimeUtc().addDays(-1), this))
    , m_until(new QDateTimeEdit(QDateTime::currentDateTimeUtc(), this))
    , m_verify(new QPushButton(tr("Verify"), this))
    , m_rebuild(new QPushButton(tr("Rebuild these buckets…"), this))
    , m_emptyToo(new QCheckBox(tr("Rebuild also deletes rollup rows whose raw rows no longer exist"), this))
    , m_progress(new QProgressBar(this))
    , m_verdict(makeHeading({}, 1.15, this))
    , m_detail(makeTextLabel(this))
    , m_error(new ErrorView(this))
    , m_differences(new FactList(tr("Buckets that differ"), {tr("Bucket (UTC)"), tr("Of"), tr("What differs")}, this))
{
    setWindowTitle(tr("Verify %1").arg(rollup));
    for (const auto &[hours, text] : {std::pair(0, tr("All that is still there")), std::pair(1, tr("The last hour")),
             std::pair(24, tr("The last day")), std::pair(7 * 24, tr("The last 7 days")),
             std::pair(30 * 24, tr("The last 30 days")), std::pair(between, tr("Between (UTC)"))})
        m_range->addItem(text, hours);
    m_range->setAccessibleName(tr("Buckets of which time"));
    for (QDateTimeEdit *edit : {m_since, m_until}) {
        edit->setTimeSpec(Qt::UTC);
        edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
        edit->setCalendarPopup(true);
        edit->hide();
    }
    m_since->setAccessibleName(tr("First bucket"));
    m_until->setAccessibleName(tr("Last bucket"));
    setupLayout();
    connect(m_range, &QComboBox::currentIndexChanged, this, [this] {
        m_since->setVisible(m_range->currentData().toInt() == between);
        m_until->setVisible(m_range->currentData().toInt() == between);
    });
    connect(m_verify, &QPushButton::clicked, this, &VerifyDialog::verify);
    connect(m_rebuild, &QPushButton::clicked, this, [this] {
        const bool isEmptyToo = m_emptyToo->isChecked();
        ConfirmDialog::ask(
            {tr("Rebuild these buckets?"),
                tr("The buckets that differ, and those between them, are recomputed from their rows, as "
                   "far as these have not expired. Runs of the rollup wait meanwhile.")
                    + QLatin1Char('\n')
                    + (isEmptyToo ? tr("Rows of the rollup whose raw rows no longer exist are deleted.")
                                  : tr("Rows of the rollup whose raw rows no longer exist stay as they are.")),
                {}, tr("Rebuild"), isEmptyToo},
            this, [this] { rebuild(); });
    });
}

VerifyDialog::~VerifyDialog() = default;

void VerifyDialog::setupLayout()
{
    auto *head = new QHBoxLayout;
    head->addWidget(m_range);
    head->addWidget(m_since);
    head->addWidget(m_until);
    head->addWidget(m_verify);
    head->addStretch(1);
    m_verify->setProperty("primary", true);
    m_verify->setDefault(true);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    for (QWidget *hidden :
        {static_cast<QWidget *>(m_progress), static_cast<QWidget *>(m_error), static_cast<QWidget *>(m_differences),
            static_cast<QWidget *>(m_rebuild), static_cast<QWidget *>(m_emptyToo)})
        hidden->hide();
    m_differences->setWidths({150, 200});
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_rebuild, QDialogButtonBox::ActionRole);
    m_rebuild->hide(); // the box shows what it is given
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeDimLabel(tr("Each bucket is held against the rows it was made of, as far as the rollup is "
                                      "complete and these rows are still there. Runs of the rollup wait meanwhile; "
                                      "writers do not."),
        this));
    layout->addLayout(head);
    layout->addWidget(m_progress);
    layout->addWidget(m_error);
    layout->addWidget(m_verdict);
    layout->addWidget(m_detail);
    layout->addWidget(m_differences, 1);
    layout->addWidget(m_emptyToo);
    layout->addStretch();
    layout->addWidget(buttons);
    resize(720, 460);
}

BucketSpan VerifyDialog::span() const
{
    const int hours = m_range->currentData().toInt();
    if (hours == between)
        return {m_since->dateTime().toUTC(), m_until->dateTime().toUTC()};
    return hours == 0 ? BucketSpan() : BucketSpan{QDateTime::currentDateTimeUtc().addSecs(-3600LL * hours), {}};
}

QString VerifyDialog::verdict() const
{
    return m_verdict->text();
}

void VerifyDialog::setWorking(const QString &what)
{
    m_progress->setVisible(!what.isEmpty());
    m_verify->setEnabled(what.isEmpty());
    m_rebuild->setEnabled(what.isEmpty() && m_refusal.isEmpty());
    m_rebuild->setToolTip(m_refusal);
    if (what.isEmpty())
        return;
    m_error->hide();
    m_detail->clear();
    m_verdict->setText(what);
    setTone(m_verdict, Tone::Text);
}

void VerifyDialog::verify()
{
    setWorking(tr("Comparing…"));
    m_differences->hide();
    m_rebuild->hide();
    m_emptyToo->hide();
    m_job = Job::start<Outcome<RollupVerification>>(
        this,
        [&io = m_io, settings = m_settings, name = m_rollup, wanted = span()](
            std::stop_token stop, const ProgressSink &) -> Outcome<RollupVerification> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RollupVerification>();
            return verifyRollup(session, name, shownDifferences, wanted);
        },
        [this](const Outcome<RollupVerification> &verification) { showVerification(verification); });
}

void VerifyDialog::showVerification(const Outcome<RollupVerification> &verification)
{
    setWorking({});
    m_verdict->clear();
    if (verification.isError()) {
        m_error->setError(verification.error(), tr("The rollup could not be compared"));
        m_error->show();
    }
    if (!verification)
        return;
    QStringList details = verification->warnings;
    if (const QString left = std::exchange(m_left, {}); !left.isEmpty())
        details.prepend(left);
    if (verification->since)
        details.prepend(tr("Rows before %1 UTC have expired: older buckets were left out.")
                            .arg(verification->since->toString(QStringLiteral("yyyy-MM-dd HH:mm"))));
    m_detail->setText(details.join(QLatin1Char('\n')));
    if (!verification->gap.isEmpty()) {
        m_verdict->setText(tr("Not verified: %1").arg(verification->gap));
        setTone(m_verdict, Tone::Warning);
    } else if (verification->isClean() && !verification->isWhole()) {
        m_verdict->setText(
            tr("No differences among %1 rows of the rollup. Rows of its source that are not rolled up yet: %2")
                .arg(exactText(verification->bucketsCompared), exactText(verification->waitingRows)));
        setTone(m_verdict, Tone::Text);
    } else if (verification->isClean()) {
        m_verdict->setText(
            tr("✓ All %1 rows of the rollup say what their rows say.").arg(exactText(verification->bucketsCompared)));
        setTone(m_verdict, Tone::Success);
    } else {
        m_verdict->setText(
            tr("✗ Differences: %1, among %2 rows of the rollup")
                .arg(exactText(verification->differenceCount), exactText(verification->bucketsCompared)));
        setTone(m_verdict, Tone::Error);
    }
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const BucketDifference &difference : verification->differences) {
        const QString group = difference.dimensionsText();
        const QString what = difference.differenceText();
        rows << QList<PartCell>{{difference.bucketText}, {group, {}, group}, {what, {}, what}};
        keys << keys.size();
    }
    m_differences->setRows(rows, keys);
    m_differences->setVisible(!rows.isEmpty());
    m_rebuild->setVisible(!rows.isEmpty());
    m_emptyToo->setVisible(!rows.isEmpty());
    if (!rows.isEmpty())
        m_differing = {
            verification->differences.first().bucket, verification->differences.last().bucket.addSecs(m_bucketSeconds)};
}

void VerifyDialog::rebuild()
{
    setWorking(tr("Rebuilding…"));
    const auto without = m_emptyToo->isChecked() ? RowsWithoutSource::Delete : RowsWithoutSource::Keep;
    m_job = Job::start<Outcome<RollupRebuild>>(
        this,
        [&io = m_io, settings = m_settings, name = m_rollup, wanted = m_differing, without](
            std::stop_token stop, const ProgressSink &) -> Outcome<RollupRebuild> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<RollupRebuild>();
            return rebuildRollup(session, name, wanted, without);
        },
        [this](const Outcome<RollupRebuild> &done) {
            setWorking({});
            if (done.isError()) {
                m_verdict->clear();
                m_error->setError(done.error(), tr("The buckets could not be rebuilt"));
                m_error->show();
            } else if (done) {
                m_left = done->rowsLeft == 0
                    ? QString()
                    : tr("Rows left as they are because their raw rows no longer exist: %1, in buckets with only such "
                         "rows: %2.")
                          .arg(exactText(done->rowsLeft), exactText(done->bucketsLeft));
                Q_EMIT rebuilt();
                verify(); // says itself whether it helped
            }
        });
}

} // namespace Shardboard
