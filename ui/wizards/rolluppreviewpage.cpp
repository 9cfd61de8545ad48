// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rolluppreviewpage.h"

#include "admin/rollup/rollupdraft.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/tables/figures.h"
#include "ui/wizards/meaningpanel.h"

#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

enum Column { Name, Reduction, PerMonth, Bytes, Kept, ColumnCount };

constexpr double secondsOfMonth = 30 * 86400.0;

QTableWidgetItem *makeItem(const QString &text, bool isNumber, const QString &toolTip = {})
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    item->setToolTip(toolTip);
    return item;
}

/// "8 h 20 min", "3 days 4 h"
QString spanText(qint64 seconds)
{
    const qint64 minutes = (seconds + 59) / 60;
    if (minutes < 60)
        return RollupPreviewPage::tr("%1 min").arg(minutes);
    if (minutes < 48 * 60)
        return RollupPreviewPage::tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
    return RollupPreviewPage::tr("%1 days %2 h").arg(minutes / 1440).arg(minutes % 1440 / 60);
}

QString reductionText(double reduction)
{
    return RollupPreviewPage::tr("%1 to 1").arg(QLocale().toString(reduction, 'f', reduction < 10 ? 1 : 0));
}

/// How much of a level there is once its rows are as old as they get; of one kept for ever, a month's worth.
double keptBytes(const PreviewLevel &level)
{
    const qint64 seconds = level.keep.isEmpty() ? -1 : keepSeconds(level.keep);
    return seconds > 0 ? level.bytesPerMonth() * double(seconds) / secondsOfMonth : -1;
}

} // namespace

RollupPreviewPage::RollupPreviewPage(QWidget *parent)
    : QWidget(parent)
    , m_progress(new ProgressLine(this))
    , m_activity(makeDimLabel({}, this))
    , m_cancel(new QPushButton(tr("&Stop looking"), this))
    , m_again(new QPushButton(tr("Look a&gain"), this))
    , m_error(new ErrorView(this))
    , m_levels(new QTableWidget(0, ColumnCount, this))
    , m_basis(makeDimLabel({}, this))
    , m_rows(new QTableView(this))
    , m_rowsTitle(makeHeading({}, 1.0, this))
{
    setupTable(*m_levels);
    m_levels->setHorizontalHeaderLabels(
        {tr("Bucket"), tr("Reduction"), tr("Rows a month"), tr("Room a month"), tr("Room kept")});
    m_levels->verticalHeader()->hide();
    m_levels->horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_levels->horizontalHeader()->setMinimumSectionSize(56);
    m_levels->setSelectionMode(QAbstractItemView::NoSelection);
    m_levels->setAccessibleName(tr("What each rollup would be"));
    m_levels->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // it is as high as its rows
    for (const auto &[column, width] : {std::pair<int, int>(Reduction, 104), {PerMonth, 96}, {Bytes, 100}, {Kept, 132}})
        m_levels->setColumnWidth(column, width);
    setupTable(*m_rows);
    m_rows->setModel(&m_model);
    m_rows->setFont(Theme::figureFont());
    m_rows->verticalHeader()->hide();
    m_rows->setAccessibleName(tr("First rows of the finest rollup"));
    m_error->setRetryVisible(true);
    for (QPushButton *button : {m_cancel, m_again})
        button->setAutoDefault(false);
    setupLayout();
    connect(m_cancel, &QPushButton::clicked, this, &RollupPreviewPage::cancelRequested);
    connect(m_again, &QPushButton::clicked, this, &RollupPreviewPage::retryRequested);
    connect(m_error, &ErrorView::retryRequested, this, &RollupPreviewPage::retryRequested);
    showStopped();
}

void RollupPreviewPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    auto *head = new QHBoxLayout;
    head->setSpacing(Spacing::small);
    head->addWidget(m_activity, 1);
    head->addWidget(m_cancel);
    head->addWidget(m_again);
    layout->addWidget(makeHeading(tr("What would it hold?"), 1.35, this));
    layout->addLayout(head);
    layout->addWidget(m_progress);
    layout->addWidget(m_error);
    layout->addWidget(m_levels);
    layout->addWidget(m_basis);
    layout->addWidget(m_rowsTitle);
    layout->addWidget(m_rows, 1);
    layout->addStretch(0);
    setFocusProxy(m_rows);
}

void RollupPreviewPage::showWorking(const QString &activity)
{
    m_activity->setText(activity);
    m_progress->setRunning(true);
    m_cancel->show();
    m_again->hide();
    m_error->hide();
}

void RollupPreviewPage::showStopped()
{
    m_activity->setText(tr("Nothing has been looked at. The rollup can be made without a preview as well."));
    m_progress->setRunning(false);
    m_cancel->hide();
    m_again->show();
    m_error->hide();
    for (QWidget *part : QList<QWidget *>{m_levels, m_basis, m_rows, m_rowsTitle})
        part->hide();
}

void RollupPreviewPage::showError(const ServerError &error)
{
    showStopped();
    m_again->hide(); // Retry says the same
    m_error->setError(error, tr("There is no preview"));
    m_error->show();
}

void RollupPreviewPage::showLevel(int row, const PreviewLevel &level, qint64 rawRows)
{
    const QString atLeast = level.isCut ? tr("≥ %1") : tr("%1");
    const QString why
        = tr("The rows looked at span less than one bucket of %1: these are lower bounds").arg(level.bucket);
    m_levels->setItem(row, Name, makeItem(readableBucket(level.bucket), false, level.name));
    m_levels->setItem(row, Reduction,
        makeItem(atLeast.arg(reductionText(level.reduction(rawRows))), true,
            level.isCut ? why
                        : tr("%1 rows of the source make %2 here").arg(exactText(rawRows), exactText(level.rows))));
    m_levels->setItem(row, PerMonth,
        makeItem(level.isCut ? tr("unknown") : countText(level.rowsPerMonth()), true,
            level.isCut ? why : exactText(qint64(level.rowsPerMonth()))));
    m_levels->setItem(row, Bytes,
        makeItem(level.isCut ? tr("unknown") : bytesText(level.bytesPerMonth()), true,
            tr("%1 a row with its part of the indexes").arg(bytesText(level.bytesPerRow))));
    const double kept = keptBytes(level);
    m_levels->setItem(row, Kept,
        makeItem(kept < 0     ? tr("grows for ever")
                : level.isCut ? tr("unknown")
                              : tr("%1 (%2)").arg(bytesText(kept), level.keep),
            true));
}

void RollupPreviewPage::showPreview(const RollupPreview &preview)
{
    m_progress->setRunning(false);
    m_cancel->hide();
    m_again->show();
    m_error->hide();
    const bool hasRows = !preview.isEmpty();
    for (QWidget *part : QList<QWidget *>{m_levels, m_basis, m_rows, m_rowsTitle})
        part->setVisible(hasRows);
    if (!hasRows) {
        m_activity->setText(
            tr("The table has no rows with a time yet: there is nothing to show. The rollup fills as rows come."));
        return;
    }
    m_activity->setText(tr("Made of real rows just now; nothing has been created."));
    m_levels->setRowCount(int(preview.levels.size()));
    for (int row = 0; row < preview.levels.size(); ++row)
        showLevel(row, preview.levels.at(row), preview.rows);
    m_levels->setFixedHeight(m_levels->horizontalHeader()->sizeHint().height() + 28 * int(preview.levels.size()) + 4);
    const QString format = QStringLiteral("yyyy-MM-dd HH:mm");
    QStringList lines{preview.isWhole
            ? tr("From all %1 rows, %2 to %3 UTC.")
                  .arg(exactText(preview.rows), preview.from.toString(format), preview.until.toString(format))
            : tr("From the newest %1 rows, %2 to %3 UTC (%4), at the pace of that span; a month has 30 days. Room left "
                 "by "
                 "updates is not counted.")
                  .arg(exactText(preview.rows), preview.from.toString(format), preview.until.toString(format),
                      spanText(preview.from.secsTo(preview.until)))};
    m_basis->setText((lines + preview.notes).join(QLatin1Char('\n')));
    m_model.setRows(preview.shown);
    m_rowsTitle->setText(tr("The newest rows that %1 would hold").arg(preview.levels.constFirst().name));
    m_rows->resizeColumnsToContents();
    for (int column = 0; column < m_model.columnCount(); ++column)
        m_rows->setColumnWidth(column, std::min(m_rows->columnWidth(column), 280));
}

QString RollupPreviewPage::basis() const
{
    return m_basis->text();
}

Meaning RollupPreviewPage::meaningOf(const RollupPreview &preview)
{
    Meaning meaning;
    if (preview.isEmpty() || preview.levels.isEmpty())
        return meaning;
    const PreviewLevel &finest = preview.levels.constFirst();
    const double reduction = finest.reduction(preview.rows);
    meaning.text = reduction < 2
        ? tr("The finest rollup has nearly as many rows as the source: fewer columns to group by, or longer buckets, "
             "would make it worth its room.")
        : tr("A question that reads the finest rollup reads %1 times fewer rows.")
              .arg(QLocale().toString(reduction, 'f', reduction < 10 ? 1 : 0));
    if (preview.sourceRows >= 0)
        meaning.figures << Meaning::Figure{tr("Rows in the source, about"), countText(double(preview.sourceRows))};
    meaning.figures << Meaning::Figure{tr("Raw rows a month"), countText(preview.rawRowsPerMonth())};
    if (preview.rawBytesPerMonth() > 0)
        meaning.figures << Meaning::Figure{tr("Room of raw rows a month"), bytesText(preview.rawBytesPerMonth())};
    double all = 0;
    for (const PreviewLevel &level : preview.levels)
        all += level.isCut ? 0 : level.bytesPerMonth();
    meaning.figures << Meaning::Figure{tr("Room of all rollups a month"), bytesText(all)};
    if (preview.sourceRows > 0 && reduction > 0)
        meaning.figures << Meaning::Figure{
            tr("Rows now there make, about"), countText(double(preview.sourceRows) / reduction)};
    meaning.note = tr("Estimates. Rows and room of the source as its servers know them.");
    return meaning;
}

} // namespace Shardboard
