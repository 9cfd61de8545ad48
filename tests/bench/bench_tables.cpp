// SPDX-License-Identifier: GPL-3.0-or-later
// The Tables page with 5,000 tables of 32 shards and a table of 10,000 partitions: from the server's answers to the
// painted page, and the longest the event loop is held while one scrolls, sorts, filters and reads again.
#include "admin/catalogue/catalogue.h"
#include "tests/support/widecatalogue.h"
#include "ui/common/theme.h"
#include "ui/tables/tablespage.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeView>
#include <QWheelEvent>

#include <algorithm>
#include <cstdio>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

constexpr int rounds = 5;

struct Measured
{
    double open = 0; ///< ms, all
    double scroll = 0; ///< worst step
    double expand = 0;
    double sort = 0;
    double filter = 0; ///< worst keystroke
    double refresh = 0;
};

std::shared_ptr<const Catalogue> read(const QList<Outcome<ResultSet>> &answers)
{
    auto catalogue = readCatalogue(citusCapabilities(), answers);
    if (!catalogue) {
        std::fputs("bench_tables: the made-up answers could not be read\n", stderr);
        std::exit(1);
    }
    return std::make_shared<Catalogue>(std::move(catalogue).value());
}

/// How long `step` and all that follows from it hold the event loop, painting included.
template <typename Step>
double hold(Step step)
{
    QElapsedTimer clock;
    clock.start();
    step();
    QCoreApplication::processEvents();
    return double(clock.nsecsElapsed()) / 1e6;
}

double worstScroll(QTreeView &tree)
{
    double worst = 0;
    QScrollBar &bar = *tree.verticalScrollBar();
    const auto wheel = [&tree](int notches) {
        QWheelEvent event(QPointF(200, 200), tree.viewport()->mapToGlobal(QPointF(200, 200)), {},
            QPoint(0, -120 * notches), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(tree.viewport(), &event);
    };
    for (int step = 0; step < 300; ++step)
        worst = std::max(worst, hold([&] { wheel(step < 150 ? 3 : -3); }));
    for (int step = 0; step <= 200; ++step)
        worst = std::max(worst, hold([&] { bar.setValue(bar.maximum() * step / 200); }));
    for (int page = 0; page < 50; ++page)
        worst = std::max(worst, hold([&] { bar.triggerAction(QAbstractSlider::SliderPageStepSub); }));
    return worst;
}

double worstFilter(QLineEdit &search, TablesPage &page)
{
    double worst = 0;
    const QString word = QStringLiteral("measurement_012");
    for (int length = 1; length <= word.size(); ++length) {
        search.setText(word.left(length));
        worst = std::max(worst, hold([&] { page.applyFilter(); }));
    }
    search.clear();
    return std::max(worst, hold([&] { page.applyFilter(); }));
}

Measured measure(const QList<Outcome<ResultSet>> &answers, const QList<Outcome<ResultSet>> &later)
{
    Measured measured;
    QElapsedTimer clock;
    clock.start();
    TablesPage page;
    page.resize(1440, 900);
    page.show();
    page.showCatalogue(read(answers), true);
    QCoreApplication::processEvents();
    measured.open = double(clock.nsecsElapsed()) / 1e6;
    auto &tree = *page.findChild<QTreeView *>(QStringLiteral("tableTree"));
    const QModelIndex events = tree.model()->index(0, 0, tree.model()->index(0, 0));
    measured.expand = hold([&] { tree.expand(events); });
    measured.scroll = worstScroll(tree);
    for (const int column : {TableTreeModel::Size, TableTreeModel::Name})
        measured.sort = std::max(measured.sort, hold([&] { tree.sortByColumn(column, Qt::DescendingOrder); }));
    measured.filter = worstFilter(*page.findChild<QLineEdit *>(), page);
    const auto newer = read(later); // on a worker thread in the program
    measured.refresh = hold([&] { page.showCatalogue(newer, true); });
    return measured;
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

} // namespace

int main(int argc, char *argv[])
{
    QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QLocale::setDefault(QLocale::c());
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    Theme::instance().apply(Theme::Mode::Light);
    WideCatalogue wide;
    const auto answers = answersOf(wide);
    wide.factor = 2;
    const auto later = answersOf(wide);
    QList<double> opens, scrolls, expands, sorts, filters, refreshes;
    for (int round = 0; round < rounds; ++round) {
        const Measured measured = measure(answers, later);
        opens << measured.open;
        scrolls << measured.scroll;
        expands << measured.expand;
        sorts << measured.sort;
        filters << measured.filter;
        refreshes << measured.refresh;
    }
    const double worst = *std::max_element(scrolls.begin(), scrolls.end());
    std::fprintf(stderr,
        "%d tables of %d shards, %d partitions, medians of %d: page open %.0f ms; longest block: scrolling %.1f ms "
        "(worst "
        "%.1f), opening a table's partitions %.1f, sorting %.1f, filtering %.1f, new figures %.1f\n",
        wide.tables, wide.shards, wide.partitions, rounds, median(opens), median(scrolls), worst, median(expands),
        median(sorts), median(filters), median(refreshes));
    std::printf("{\"bench\":\"tables\",\"metrics\":{\"open_ms\":%.1f,\"scroll_worst_ms\":%.1f,\"expand_ms\":%.1f,"
                "\"sort_ms\":%.1f,\"filter_worst_ms\":%.1f,\"refresh_block_ms\":%.1f}}\n",
        median(opens), worst, median(expands), median(sorts), median(filters), median(refreshes));
    return 0;
}
