// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/library.h"
#include "ui/workbench/librarymodel.h"

#include <QSortFilterProxyModel>
#include <QWidget>

#include <optional>

class QLineEdit;
class QListView;
class QPushButton;

namespace Shardboard {

class Card;
class EmptyState;
class ErrorView;
class TrustStore;
class UndoBar;

/// The list of dashboards: shipped ones, those changed by the user, the user's own. Opening is the owner's.
class DashboardsPage final : public QWidget
{
    Q_OBJECT

public:
    DashboardsPage(const Library &library, TrustStore &trust, QWidget *parent = nullptr);

    /// Adds the file to the library. Where the id is taken it asks first: replace, keep both, or cancel.
    void importFrom(const QString &path);

    void reload();
    /// Shows that the connected server has nothing to show yet, and offers to set it up.
    void setPipelineMissing(bool isMissing);
    const LibraryModel &model() const { return m_model; }

Q_SIGNALS:
    void openRequested(const QString &id);
    void openFileRequested(const QString &path);
    void setUpRequested();
    void changed(); ///< a dashboard was added or removed

private:
    void setupLayout();
    QWidget *makeHead();
    QWidget *makeSetUpCard();
    void setupList();
    void importFile();
    void askAboutTaken(const Document &document, const Library::Entry &taken);
    void finishImport(const Outcome<Document> &saved);
    void exportCurrent();
    void duplicateCurrent();
    void removeCurrent();
    void undoRemoval();
    void showMenu(const QPoint &position);
    void showActions();
    void showError(const ServerError &error, const QString &title);
    std::optional<Library::Entry> current() const;

    const Library &m_library;
    TrustStore &m_trust;
    LibraryModel m_model;
    QSortFilterProxyModel m_filtered;
    QLineEdit *m_search;
    QListView *m_list;
    EmptyState *m_empty;
    Card *m_setUp;
    UndoBar *m_undo;
    ErrorView *m_error;
    QPushButton *m_open;
    QPushButton *m_duplicate;
    QPushButton *m_export;
    QPushButton *m_remove;
    std::optional<Document> m_removed;
};

} // namespace Shardboard
