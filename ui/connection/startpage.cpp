// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/startpage.h"

#include "connection/conninfo.h"
#include "ui/common/errorview.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/undobar.h"
#include "ui/connection/cardlist.h"
#include "ui/connection/connectionbook.h"
#include "ui/connection/pastebox.h"

#include <QEvent>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr int columnWidth = 880;

Profile serviceProfile(const QString &service)
{
    Profile profile;
    profile.name = service;
    profile.settings.keywords.insert(QStringLiteral("service"), service);
    return profile;
}

Profile pastedProfile(const ConnectionSettings &settings)
{
    Profile profile;
    profile.name = describeTarget(settings);
    profile.settings = settings;
    return profile;
}

} // namespace

StartPage::StartPage(ConnectionBook &book, QWidget *parent)
    : QScrollArea(parent)
    , m_book(book)
    , m_column(new QWidget)
    , m_layout(new QVBoxLayout(m_column))
    , m_paste(new PasteBox(m_column))
    , m_connections(new CardList(m_column))
    , m_serviceList(new CardList(m_column))
    , m_noConnections(makeDimLabel({}, m_column))
    , m_serviceHeading(makeHeading(tr("Services"), 1.15, m_column))
    , m_undo(new UndoBar(m_column))
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setAccessibleName(tr("Start"));
    loadServices();
    setupLayout();
    setupLists();
    connectBook();
    updateEmptyTexts();
}

void StartPage::setupLayout()
{
    m_layout->setContentsMargins(0, Spacing::huge + Spacing::small, 0, Spacing::huge);
    m_layout->setSpacing(Spacing::medium);
    m_layout->addWidget(makeHeading(tr("Connect to a cluster"), 1.7, m_column));
    m_layout->addWidget(m_paste);
    m_layout->addSpacing(Spacing::medium);

    auto *head = new QHBoxLayout;
    head->setSpacing(Spacing::small);
    head->addWidget(makeHeading(tr("Connections"), 1.15, m_column), 1);
    auto *add = new QPushButton(symbolicIcon(QStringLiteral("add")), tr("New connection…"), m_column);
    connect(add, &QPushButton::clicked, this, [this] { Q_EMIT editRequested(Profile{}); });
    head->addWidget(add);
    m_layout->addLayout(head);
    m_layout->addWidget(m_undo);
    m_layout->addWidget(m_noConnections);
    m_layout->addWidget(m_connections);
    m_layout->addWidget(m_serviceHeading);
    m_layout->addWidget(m_serviceList);
    m_layout->addStretch(1);

    auto *page = new QWidget;
    auto *row = new QHBoxLayout(page);
    row->setContentsMargins(Spacing::huge, 0, Spacing::huge, 0);
    m_column->setMaximumWidth(columnWidth);
    row->addStretch(1);
    row->addWidget(m_column, 100);
    row->addStretch(1);
    setWidget(page);
}

void StartPage::setupLists()
{
    m_connections->setModel(&m_book);
    m_connections->setAccessibleName(tr("Saved connections"));
    m_connections->setContextMenuPolicy(Qt::CustomContextMenu);
    m_serviceList->setModel(&m_services);
    m_serviceList->setAccessibleName(tr("Services of pg_service.conf"));
    connect(m_connections, &CardList::chosen, this,
        [this](const QModelIndex &index) { Q_EMIT connectRequested(m_book.profile(index.row())); });
    connect(m_connections, &CardList::editRequested, this,
        [this](const QModelIndex &index) { Q_EMIT editRequested(m_book.profile(index.row())); });
    connect(m_connections, &CardList::removeRequested, this, &StartPage::removeConnection);
    connect(m_connections, &CardList::customContextMenuRequested, this, &StartPage::showMenu);
    connect(m_serviceList, &CardList::chosen, this,
        [this](const QModelIndex &index) { Q_EMIT connectRequested(serviceProfile(index.data().toString())); });
    connect(m_paste, &PasteBox::connectRequested, this,
        [this](const ConnectionSettings &settings) { Q_EMIT connectRequested(pastedProfile(settings)); });
    connect(m_paste, &PasteBox::saveRequested, this,
        [this](const ConnectionSettings &settings) { Q_EMIT editRequested(pastedProfile(settings)); });
    connect(m_undo, &UndoBar::undone, this, &StartPage::undoRemoval);
    connect(m_undo, &UndoBar::dismissed, this, &StartPage::finishRemoval);
}

void StartPage::loadServices()
{
    for (const QString &service : serviceNames()) {
        auto *item = new QStandardItem(service);
        item->setData(describeTarget(serviceProfile(service).settings), ConnectionBook::TargetRole);
        item->setEditable(false);
        m_services.appendRow(item);
    }
    m_serviceHeading->setVisible(m_services.rowCount() > 0);
    m_serviceList->setVisible(m_services.rowCount() > 0);
}

void StartPage::connectBook()
{
    connect(&m_book, &QAbstractItemModel::modelReset, this, &StartPage::updateEmptyTexts);
    connect(&m_book, &QAbstractItemModel::rowsInserted, this, &StartPage::updateEmptyTexts);
    connect(&m_book, &QAbstractItemModel::rowsRemoved, this, &StartPage::updateEmptyTexts);
}

void StartPage::updateEmptyTexts()
{
    const bool isEmpty = m_book.rowCount() == 0;
    m_noConnections->setText(
        tr("Nothing saved yet. Paste a connection string above and save it, or fill in a new one."));
    m_noConnections->setVisible(isEmpty);
    m_connections->setVisible(!isEmpty);
}

void StartPage::addCard(QWidget *card)
{
    m_layout->insertWidget(m_layout->count() - 1, card);
}

void StartPage::showError(const ServerError &error, const QString &title)
{
    if (!m_error) {
        m_error = new ErrorView(m_column);
        m_error->setRetryVisible(true);
        m_layout->insertWidget(1, m_error);
        connect(m_error, &ErrorView::retryRequested, this, &StartPage::retryRequested);
    }
    m_error->setError(error, title);
    m_error->show();
    ensureVisible(0, 0);
}

void StartPage::clearError()
{
    if (m_error)
        m_error->hide();
}

void StartPage::removeConnection(const QModelIndex &index)
{
    finishRemoval();
    const int row = index.row();
    const Profile profile = m_book.profile(row);
    if (const auto done = m_book.remove(row); done.isError()) {
        showError(done.error(), tr("“%1” could not be removed").arg(profile.name));
        return;
    }
    m_removed = Removed{row, profile};
    Q_EMIT removed(profile.id);
    m_undo->show(tr("“%1” was removed.").arg(profile.name));
}

void StartPage::undoRemoval()
{
    if (!m_removed)
        return;
    const Removed last = *std::exchange(m_removed, std::nullopt);
    if (const auto done = m_book.restore(last.row, last.profile); done.isError())
        return showError(done.error(), tr("“%1” could not be restored").arg(last.profile.name));
    Q_EMIT restored(last.profile.id);
    m_connections->setCurrentIndex(m_book.index(last.row));
    m_connections->setFocus();
}

void StartPage::finishRemoval()
{
    if (m_removed)
        Q_EMIT forgotten(std::exchange(m_removed, std::nullopt)->profile.id);
}

void StartPage::showMenu(const QPoint &position)
{
    const QModelIndex index = m_connections->indexAt(position);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QPersistentModelIndex at(index);
    menu->addAction(tr("Connect"), this, [this, at] { Q_EMIT m_connections->chosen(at); });
    menu->addAction(tr("Edit…"), this, [this, at] { Q_EMIT m_connections->editRequested(at); });
    menu->addAction(tr("Duplicate…"), this, [this, at] {
        Profile copy = m_book.profile(at.row());
        copy.id.clear();
        copy.name = tr("%1 (copy)").arg(copy.name);
        Q_EMIT editRequested(copy);
    });
    menu->addSeparator();
    menu->addAction(tr("Remove"), this, [this, at] { removeConnection(at); });
    menu->popup(m_connections->viewport()->mapToGlobal(position));
}

bool StartPage::eventFilter(QObject *watched, QEvent *event)
{
    if (!m_isPainted && watched == widget() && event->type() == QEvent::Paint) {
        m_isPainted = true;
        // After this paint, not in the middle of it.
        QMetaObject::invokeMethod(this, &StartPage::firstPainted, Qt::QueuedConnection);
    }
    return QScrollArea::eventFilter(watched, event);
}

} // namespace Shardboard
