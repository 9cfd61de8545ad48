// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"

#include <QScrollArea>
#include <QStandardItemModel>

#include <optional>

class QVBoxLayout;

namespace Shardboard {

class CardList;
class ConnectionBook;
class ErrorView;
class Label;
class PasteBox;
class UndoBar;

/// Where the program begins: anything that says where a server is can be pasted, saved connections and the services of
/// pg_service.conf are cards. What is chosen is only announced: the owner connects, edits and asks for passwords.
class StartPage final : public QScrollArea
{
    Q_OBJECT

public:
    explicit StartPage(ConnectionBook &book, QWidget *parent = nullptr);

    PasteBox &pasteBox() { return *m_paste; }
    /// A place below the connections for a card that is made later.
    void addCard(QWidget *card);
    void showError(const ServerError &error, const QString &title);
    void clearError();

Q_SIGNALS:
    void connectRequested(const Shardboard::Profile &profile);
    /// A profile without an id is a new one.
    void editRequested(const Shardboard::Profile &profile);
    void retryRequested();
    void removed(const QString &profileId);
    void restored(const QString &profileId); ///< the removal was undone
    void forgotten(const QString &profileId); ///< the removal can no longer be undone
    void firstPainted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setupLayout();
    void setupLists();
    void loadServices();
    void connectBook();
    void removeConnection(const QModelIndex &index);
    void undoRemoval();
    void finishRemoval();
    void showMenu(const QPoint &position);
    void updateEmptyTexts();

    struct Removed
    {
        int row;
        Profile profile;
    };

    ConnectionBook &m_book;
    QStandardItemModel m_services;
    QWidget *m_column;
    QVBoxLayout *m_layout;
    PasteBox *m_paste;
    ErrorView *m_error = nullptr; ///< made when there is one to show
    CardList *m_connections;
    CardList *m_serviceList;
    Label *m_noConnections;
    QWidget *m_serviceHeading;
    UndoBar *m_undo;
    std::optional<Removed> m_removed;
    bool m_isPainted = false;
};

} // namespace Shardboard
