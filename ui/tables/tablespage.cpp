// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tablespage.h"

#include "admin/catalogue/partitionhorizon.h"
#include "connection/server.h"
#include "ui/common/card.h"
#include "ui/common/emptystate.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/tables/catalogueloader.h"
#include "ui/tables/tabledetailview.h"
#include "ui/tables/tableshead.h"
#include "ui/tables/treestate.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr auto columnsKey = "tables/columns";
constexpr auto splitterKey = "tables/splitter";

} // namespace

TablesPage::TablesPage(QWidget *parent)
    : ServerPage(parent)
    , m_filter(m_model)
    , m_head(new TablesHead(this))
    , m_note(makeDimLabel({}, this))
    , m_gaps(makeDimLabel({}, this))
    , m_actions(new TableActions(this))
    , m_progress(new ProgressLine(this))
    , m_error(new ErrorView(this))
    , m_states(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("table"), {}, {}, this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_tree(new QTreeView(this))
    , m_detail(new TableDetailView(this))
    , m_filterDelay(new QTimer(this))
    , m_detailDelay(new QTimer(this))
{
    setAccessibleName(tr("Tables"));
    setupTree();
    setupLayout();
    setupActions();
    restoreLayout();
    for (const auto &[timer, pause] : {std::pair(m_filterDelay, 80), std::pair(m_detailDelay, 120)}) {
        timer->setSingleShot(true);
        timer->setInterval(pause);
    }
    connect(m_filterDelay, &QTimer::timeout, this, &TablesPage::applyFilter);
    connect(m_detailDelay, &QTimer::timeout, this, &TablesPage::loadCurrent);
    connect(&m_head->search(), &QLineEdit::textChanged, m_filterDelay, qOverload<>(&QTimer::start));
    connect(&m_head->views(), &QCheckBox::toggled, this, &TablesPage::applyFilter);
    connect(&m_head->refreshButton(), &QPushButton::clicked, this, &TablesPage::refresh);
    connect(m_error, &ErrorView::retryRequested, this, &TablesPage::refresh);
    connect(m_detail, &TableDetailView::retryRequested, this, &TablesPage::loadCurrent);
    showState();
}

TablesPage::~TablesPage()
{
    saveLayout();
}

void TablesPage::setupTree()
{
    m_tree->setObjectName(QStringLiteral("tableTree"));
    m_tree->setModel(&m_filter);
    m_tree->setUniformRowHeights(true);
    m_tree->setSortingEnabled(true);
    m_tree->sortByColumn(TableTreeModel::Name, Qt::AscendingOrder);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setFont(Theme::figureFont());
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setAccessibleName(tr("Tables by schema"));
    m_tree->header()->setSectionsMovable(true);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(TableTreeModel::Name, QHeaderView::Stretch);
    for (const auto &[column, width] : std::initializer_list<std::pair<int, int>>{{TableTreeModel::Kind, 120},
             {TableTreeModel::DistributionColumn, 112}, {TableTreeModel::Partitions, 192},
             {TableTreeModel::Colocation, 60}, {TableTreeModel::Shards, 60}, {TableTreeModel::Size, 76},
             {TableTreeModel::Rows, 68}})
        m_tree->setColumnWidth(column, width);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &TablesPage::showMenu);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TablesPage::showCurrent);
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TablesPage::offerActions);
}

void TablesPage::setupActions()
{
    m_tree->addActions(m_actions->all());
    m_detail->setActions(m_actions->wizards());
    auto *find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);
    connect(find, &QAction::triggered, &m_head->search(), qOverload<>(&QWidget::setFocus));
    connect(find, &QAction::triggered, &m_head->search(), &QLineEdit::selectAll);
    connect(&m_head->search(), &QLineEdit::returnPressed, m_tree, qOverload<>(&QWidget::setFocus));
    connect(&m_actions->action(TableActions::Copy), &QAction::triggered, this, &TablesPage::copyNames);
    setupWizards();
}

void TablesPage::setupLayout()
{
    for (Label *line : {m_note, m_gaps}) {
        line->setContentsMargins(Spacing::large, 0, Spacing::large, Spacing::small);
        line->hide();
    }
    m_error->hide();
    m_error->setRetryVisible(true);
    setTone(m_gaps, Tone::Warning);
    auto *card = new Card(m_splitter);
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(Spacing::small, Spacing::tiny, Spacing::tiny, Spacing::tiny);
    inside->addWidget(m_tree);
    m_splitter->addWidget(card);
    m_splitter->addWidget(m_detail);
    m_splitter->setSizes({560, 440});
    m_splitter->setContentsMargins(Spacing::large, 0, Spacing::large, Spacing::large);
    m_splitter->setChildrenCollapsible(false);
    m_states->addWidget(m_splitter);
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_progress);
    layout->addWidget(m_error);
    layout->addWidget(m_note);
    layout->addWidget(m_gaps);
    layout->addWidget(m_states, 1);
}

void TablesPage::attach(Server &server)
{
    detach();
    m_server = &server;
    m_loader = new CatalogueLoader(server, this);
    setupLoader();
    connect(&server, &Server::ready, this, [this] {
        m_wasRead = false; // connected again, or a plan has changed something
        setCapabilities(m_server->capabilities());
        refresh();
    });
    if (server.isReady())
        setCapabilities(server.capabilities());
    refresh();
}

void TablesPage::setCapabilities(const std::optional<ServerCapabilities> &capabilities)
{
    m_capabilities = capabilities;
    showState();
}

void TablesPage::showError(const ServerError &error)
{
    m_error->setError(error, tr("The tables could not be read"));
    m_error->show();
    showState();
}

void TablesPage::setupLoader()
{
    connect(m_loader, &CatalogueLoader::loadingChanged, m_progress, &ProgressLine::setRunning);
    connect(m_loader, &CatalogueLoader::loaded, this, &TablesPage::showCatalogue);
    connect(m_loader, &CatalogueLoader::failed, this, &TablesPage::showError);
    connect(m_loader, &CatalogueLoader::loadingChanged, this, &TablesPage::showState);
    connect(m_loader, &CatalogueLoader::detailLoaded, this, [this](const TableDetail &detail) {
        if (detail.oid == m_detail->oid())
            m_detail->setDetail(detail);
    });
    connect(m_loader, &CatalogueLoader::detailFailed, m_detail, &TableDetailView::setError);
}

void TablesPage::detach()
{
    if (m_server)
        m_server->disconnect(this);
    m_server = nullptr;
    delete std::exchange(m_loader, nullptr);
    m_wasRead = false;
    m_wanted.reset();
    m_readAt = {};
    m_progress->setRunning(false);
    m_model.setCatalogue(std::make_shared<Catalogue>());
    m_detail->clear();
    m_error->hide();
    m_gaps->hide();
    setCapabilities(std::nullopt);
}

void TablesPage::refresh()
{
    if (!m_loader || !m_server->isReady() || (!isVisible() && !m_wasRead))
        return;
    m_wasRead = true;
    m_loader->refresh();
}

void TablesPage::showEvent(QShowEvent *event)
{
    ServerPage::showEvent(event);
    if (!m_wasRead)
        refresh();
}

void TablesPage::showCatalogue(const std::shared_ptr<const Catalogue> &catalogue, bool isComplete)
{
    m_error->hide();
    if (!isComplete && !m_model.catalogue()->tables.isEmpty())
        return;
    if (m_model.hasSameTables(*catalogue)) {
        m_model.setCatalogue(catalogue);
    } else {
        const TreeState state = TreeState::of(*m_tree, m_filter, m_model);
        m_model.setCatalogue(catalogue);
        state.restore(*m_tree, m_filter, m_model);
    }
    m_readAt = QDateTime::currentDateTime();
    m_gaps->setText(catalogue->gaps.join(QLatin1Char('\n')));
    m_gaps->setVisible(!catalogue->gaps.isEmpty());
    showState();
    if (const auto wanted = std::exchange(m_wanted, std::nullopt))
        choose(*wanted);
    if (isComplete)
        showCurrent();
}

void TablesPage::applyFilter()
{
    m_filter.set(m_head->search().text(), m_head->views().isChecked());
    expandFound(*m_tree, m_filter, m_model);
    showState();
}

void TablesPage::choose(const QualifiedName &table)
{
    const QList<CatalogueTable> &tables = m_model.catalogue()->tables;
    const CatalogueTable *found = m_model.catalogue()->find(table);
    if (!found) {
        if (!m_readAt.isValid())
            m_wanted = table;
        return;
    }
    const QModelIndex index = m_filter.mapFromSource(m_model.indexOf(int(found - tables.constData())));
    if (index.isValid())
        m_tree->setCurrentIndex(index);
}

const CatalogueTable *TablesPage::currentTable() const
{
    return m_model.table(m_filter.mapToSource(m_tree->currentIndex()));
}

void TablesPage::showState()
{
    const auto [shown, all] = m_filter.tableCounts();
    m_head->setCounts(shown, all, m_readAt);
    m_head->refreshButton().setEnabled(m_loader);
    m_states->setCurrentIndex(shown > 0 ? 0 : 1);
    showNotes();
    showEmpty(all);
    offerActions();
}

void TablesPage::showNotes()
{
    QString note;
    if (m_capabilities && !m_capabilities->hasCitus())
        note = tr("This server has no citus: every table lives on this one node and none can be distributed.");
    else if (m_capabilities && !m_capabilities->isCoordinator)
        note = tr("This is a worker: tables can be looked at here, but only the coordinator can distribute them.");
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void TablesPage::showEmpty(int all)
{
    if (!m_capabilities)
        m_empty->setTexts(tr("Not connected"), tr("Connect to a server to see its tables."));
    else if (!m_error->isHidden())
        m_empty->setTexts(tr("The tables are not known"), tr("What the server said stands above."));
    else if (all == 0 && !m_readAt.isValid())
        m_empty->setTexts(tr("Reading the tables…"), {});
    else if (all == 0)
        m_empty->setTexts(
            tr("No tables yet"), tr("Database %1 has none, or none that you may see.").arg(m_capabilities->database));
    else
        m_empty->setTexts(
            tr("Nothing is called that"), tr("No table has “%1” in its name, type or column.").arg(m_filter.text()));
}

void TablesPage::showCurrent()
{
    const CatalogueTable *table = currentTable();
    if (!table || !m_loader) {
        m_detailDelay->stop();
        m_detail->clear();
        return;
    }
    m_detail->setTable(*table, *m_model.catalogue());
    m_detailDelay->start();
}

void TablesPage::loadCurrent()
{
    const CatalogueTable *table = currentTable();
    if (!table || !m_loader)
        return;
    const auto horizon = partitionHorizon(*table, *m_model.catalogue(), QDateTime::currentDateTimeUtc());
    m_loader->loadDetail(*table, horizon ? horizon->defaultPartition : QualifiedName());
}

void TablesPage::showMenu(const QPoint &position)
{
    if (!m_tree->indexAt(position).isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(m_tree->actions());
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}

void TablesPage::copyNames()
{
    QStringList names;
    for (const QModelIndex &index : m_tree->selectionModel()->selectedRows()) {
        const QModelIndex row = m_filter.mapToSource(index);
        const CatalogueTable *table = m_model.table(row);
        names << (table ? table->name.quoted() : quoteIdentifier(row.data(TableTreeModel::SchemaRole).toString()));
    }
    QGuiApplication::clipboard()->setText(names.join(QLatin1Char('\n')));
}

void TablesPage::saveLayout() const
{
    QSettings settings;
    settings.setValue(QLatin1String(columnsKey), m_tree->header()->saveState());
    settings.setValue(QLatin1String(splitterKey), m_splitter->saveState());
}

void TablesPage::restoreLayout()
{
    const QSettings settings;
    m_tree->header()->restoreState(settings.value(QLatin1String(columnsKey)).toByteArray());
    m_splitter->restoreState(settings.value(QLatin1String(splitterKey)).toByteArray());
}

} // namespace Shardboard
