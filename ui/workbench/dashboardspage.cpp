// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/dashboardspage.h"

#include "dashboard/trust.h"
#include "ui/common/card.h"
#include "ui/common/emptystate.h"
#include "ui/common/errorview.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/messagebox.h"
#include "ui/common/savefile.h"
#include "ui/common/theme.h"
#include "ui/common/undobar.h"
#include "ui/workbench/librarydelegate.h"

#include <QAbstractButton>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

DashboardsPage::DashboardsPage(const Library &library, TrustStore &trust, QWidget *parent)
    : QWidget(parent)
    , m_library(library)
    , m_trust(trust)
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_empty(new EmptyState(QStringLiteral("dashboards"), {}, {}, this))
    , m_setUp(new Card(this))
    , m_undo(new UndoBar(this))
    , m_error(new ErrorView(this))
    , m_open(new QPushButton(tr("Open"), this))
    , m_duplicate(new QPushButton(tr("Duplicate"), this))
    , m_export(new QPushButton(tr("Export…"), this))
    , m_remove(new QPushButton(tr("Delete"), this))
{
    setAccessibleName(tr("Dashboards"));
    setupList();
    setupLayout();
    m_error->hide();
    setPipelineMissing(false);
    connect(m_undo, &UndoBar::undone, this, &DashboardsPage::undoRemoval);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filtered.setFilterFixedString(text);
        showActions();
    });
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT m_list->activated(m_list->currentIndex()); });
    connect(m_duplicate, &QPushButton::clicked, this, &DashboardsPage::duplicateCurrent);
    connect(m_export, &QPushButton::clicked, this, &DashboardsPage::exportCurrent);
    connect(m_remove, &QPushButton::clicked, this, &DashboardsPage::removeCurrent);
    reload();
}

void DashboardsPage::setupList()
{
    m_filtered.setSourceModel(&m_model);
    m_filtered.setFilterRole(LibraryModel::SearchRole);
    m_filtered.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(&m_filtered);
    m_list->setItemDelegate(new LibraryDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Dashboards"));
    connect(m_list, &QListView::activated, this, [this](const QModelIndex &index) {
        if (index.isValid() && !index.data(LibraryModel::HasErrorRole).toBool())
            Q_EMIT openRequested(index.data(LibraryModel::IdRole).toString());
    });
    connect(m_list, &QListView::customContextMenuRequested, this, &DashboardsPage::showMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &DashboardsPage::showActions);
    auto *remove = new QAction(m_list);
    remove->setShortcut(Qt::Key_Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    connect(remove, &QAction::triggered, this, &DashboardsPage::removeCurrent);
}

void DashboardsPage::setupLayout()
{
    auto *column = new QWidget(this);
    column->setMaximumWidth(880);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, Spacing::huge + Spacing::small, 0, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeHead());
    layout->addWidget(makeSetUpCard());
    layout->addWidget(m_error);
    layout->addWidget(m_undo);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::huge, 0, Spacing::huge, 0);
    row->addStretch(1);
    row->addWidget(column, 100);
    row->addStretch(1);
}

QWidget *DashboardsPage::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeHeading(tr("Dashboards"), 1.7, head));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search dashboards"));
    m_search->addAction(
        symbolicIcon(QStringLiteral("search"), Theme::instance().dimText()), QLineEdit::LeadingPosition);
    m_search->setClearButtonEnabled(true);
    auto *import = new QPushButton(symbolicIcon(QStringLiteral("import")), tr("Import…"), head);
    import->setAccessibleName(tr("Import a dashboard from a file"));
    connect(import, &QPushButton::clicked, this, &DashboardsPage::importFile);
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::small);
    row->addWidget(m_search, 1);
    for (QPushButton *button : {m_open, m_duplicate, m_export, m_remove, import})
        row->addWidget(button);
    m_open->setProperty("primary", true);
    layout->addLayout(row);
    return head;
}

QWidget *DashboardsPage::makeSetUpCard()
{
    auto *layout = new QHBoxLayout(m_setUp);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::medium, Spacing::medium);
    layout->setSpacing(Spacing::large);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(Spacing::tiny);
    texts->addWidget(makeHeading(tr("This server has nothing to show yet"), 1.0, m_setUp));
    texts->addWidget(makeDimLabel(tr("Dashboards read rollups. Set up a pipeline first: a reviewed plan makes the "
                                     "tables, the rollup and its jobs."),
        m_setUp));
    auto *button = new QPushButton(tr("Set up HTTP traffic…"), m_setUp);
    button->setProperty("primary", true);
    connect(button, &QPushButton::clicked, this, &DashboardsPage::setUpRequested);
    layout->addLayout(texts, 1);
    layout->addWidget(button);
    return m_setUp;
}

void DashboardsPage::reload()
{
    const QString selected = m_list->currentIndex().data(LibraryModel::IdRole).toString();
    m_model.setEntries(m_library.list());
    for (int row = 0; row < m_filtered.rowCount(); ++row)
        if (const QModelIndex index = m_filtered.index(row, 0);
            row == 0 || index.data(LibraryModel::IdRole).toString() == selected)
            m_list->setCurrentIndex(index);
    showActions();
}

void DashboardsPage::setPipelineMissing(bool isMissing)
{
    m_setUp->setVisible(isMissing);
}

std::optional<Library::Entry> DashboardsPage::current() const
{
    const QModelIndex index = m_filtered.mapToSource(m_list->currentIndex());
    return index.isValid() ? std::optional(m_model.entry(index.row())) : std::nullopt;
}

void DashboardsPage::showActions()
{
    const auto entry = current();
    const bool isReadable = entry && !entry->error;
    for (QPushButton *button : {m_open, m_duplicate, m_export})
        button->setEnabled(isReadable);
    m_remove->setEnabled(entry && entry->isUser);
    m_remove->setText(entry && entry->isOverlay() ? tr("Revert") : tr("Delete"));
    const bool isEmpty = m_filtered.rowCount() == 0;
    m_list->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    if (m_search->text().isEmpty())
        m_empty->setTexts(tr("No dashboards"), tr("Import one from a file, or set a pipeline up: it brings its own."));
    else
        m_empty->setTexts(tr("Nothing is called that"),
            tr("No dashboard has “%1” in its title or description.").arg(m_search->text()));
}

void DashboardsPage::importFile()
{
    auto *dialog = new QFileDialog(this, tr("Import a dashboard"), {}, tr("Dashboards (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &DashboardsPage::importFrom);
    dialog->open();
}

void DashboardsPage::importFrom(const QString &path)
{
    m_error->hide();
    const auto document = Library::loadFile(path);
    if (document.isError())
        return showError(document.error(), tr("The file could not be imported"));
    const auto entries = m_library.list();
    const auto taken = std::ranges::find_if(
        entries, [&](const Library::Entry &entry) { return !entry.error && entry.id == document->id; });
    if (taken != entries.end()) {
        const auto present = m_library.load(taken->id);
        if (present && *present == *document)
            return Q_EMIT openRequested(document->id);
        return askAboutTaken(*document, *taken);
    }
    const Completion saved = m_library.save(*document);
    finishImport(saved ? Outcome<Document>(*document) : saved.failure<Document>());
}

void DashboardsPage::askAboutTaken(const Document &document, const Library::Entry &taken)
{
    auto *box = makeMessageBox(QMessageBox::Question, tr("Import a dashboard"),
        taken.isUser ? tr("The library already has a dashboard with the id “%1”: “%2”. Replacing it discards that one.")
                           .arg(document.id, taken.title)
                     : tr("“%2” with the id “%1” came with the program. Replacing it shows the imported one in its "
                          "place, until you revert it.")
                           .arg(document.id, taken.title),
        QMessageBox::Cancel, this);
    const QAbstractButton *both = box->addButton(tr("Keep both"), QMessageBox::AcceptRole);
    const QAbstractButton *replace = box->addButton(tr("Replace"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [=, this](const QAbstractButton *button) {
        if (button == both)
            return finishImport(m_library.saveCopy(document, document.title));
        if (button != replace)
            return;
        const Completion saved = m_library.save(document);
        finishImport(saved ? Outcome<Document>(document) : saved.failure<Document>());
    });
    box->open();
}

// Not approved by being imported: it is shown before it runs.
void DashboardsPage::finishImport(const Outcome<Document> &saved)
{
    if (saved.isError())
        return showError(saved.error(), tr("The file could not be imported"));
    reload();
    Q_EMIT changed();
    Q_EMIT openRequested(saved->id);
}

void DashboardsPage::exportCurrent()
{
    const auto entry = current();
    const auto document = m_library.load(entry->id);
    if (document.isError())
        return showError(document.error(), tr("“%1” could not be read").arg(entry->title));
    askToSave(tr("Export the dashboard"), entry->id + QStringLiteral(".json"), documentToJson(document.value()), this,
        [this](const Completion &written, const QString &) {
            if (written.isError())
                showError(written.error(), tr("The dashboard could not be exported"));
        });
}

void DashboardsPage::duplicateCurrent()
{
    const auto entry = current();
    const auto original = m_library.load(entry->id);
    const auto copy = original ? m_library.saveCopy(*original, tr("%1 (copy)").arg(entry->title)) : original;
    if (copy.isError())
        return showError(copy.error(), tr("“%1” could not be duplicated").arg(entry->title));
    // A copy may do what its original may.
    if (m_trust.check(*original))
        m_trust.approve(*copy);
    reload();
    Q_EMIT changed();
    Q_EMIT openRequested(copy->id);
}

void DashboardsPage::removeCurrent()
{
    const auto entry = current();
    if (!entry || !entry->isUser)
        return;
    const auto document = m_library.load(entry->id);
    if (const auto removed = m_library.remove(entry->id); removed.isError())
        return showError(removed.error(), tr("“%1” could not be removed").arg(entry->title));
    m_removed = document ? std::optional(document.value()) : std::nullopt;
    if (m_removed)
        m_undo->show(entry->isOverlay() ? tr("“%1” is as it was shipped.").arg(entry->title)
                                        : tr("“%1” was deleted.").arg(entry->title));
    reload();
    Q_EMIT changed();
}

void DashboardsPage::undoRemoval()
{
    if (!m_removed)
        return;
    if (const auto saved = m_library.save(*m_removed); saved.isError())
        return showError(saved.error(), tr("“%1” could not be put back").arg(m_removed->title));
    m_removed.reset();
    reload();
    Q_EMIT changed();
}

void DashboardsPage::showMenu(const QPoint &position)
{
    const auto entry = current();
    if (!entry)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QPushButton *button : {m_open, m_duplicate, m_export, m_remove}) {
        QAction *action = menu->addAction(button->text(), button, &QPushButton::click);
        action->setEnabled(button->isEnabled());
    }
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void DashboardsPage::showError(const ServerError &error, const QString &title)
{
    m_error->setError(error, title);
    m_error->show();
}

} // namespace Shardboard
