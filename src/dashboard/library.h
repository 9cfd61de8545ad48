// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "dashboard/document.h"

#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

/// The dashboards there are: shipped ones, which cannot be changed, and the user's files over them. A user's file with
/// the id of a shipped one stands in its place until it is reverted. Nothing a user wrote is ever overwritten or
/// deleted because it could not be read: such a file is listed with its error, and set aside when its name is needed.
class Library
{
public:
    /// Folders of *.json files, which need not exist.
    explicit Library(QString userFolder = defaultUserFolder(), QString shippedFolder = QStringLiteral(":/dashboards"));
    static QString defaultUserFolder();

    struct Entry
    {
        QString id; ///< the file's name without its suffix, where it could not be read
        QString title;
        QString description;
        QString path;
        bool isShipped = false; ///< there is a shipped one by that id
        bool isUser = false; ///< the user's file is what is shown
        std::optional<ServerError> error; ///< why it cannot be shown

        bool isOverlay() const { return isShipped && isUser; }
    };
    /// By title.
    QList<Entry> list() const;
    /// The user's, else the shipped one.
    Outcome<Document> load(const QString &id) const;
    /// Any file; one outside of the folders stays where it is.
    static Outcome<Document> loadFile(const QString &path);

    /// Into the user's folder, whole or not at all, over what is there. Validated first.
    Completion save(const Document &document) const;
    enum class Saved {
        Written,
        ChangedOnDisk, ///< another program, or person, changed the file meanwhile: nothing was written
    };
    /// The same, as long as the file is what `expectedHash` (documentHash() of what was read) says, or does not exist.
    Outcome<Saved> saveUnlessChanged(const Document &document, const QString &expectedHash) const;
    static Outcome<Saved> saveFileUnlessChanged(
        const QString &path, const Document &document, const QString &expectedHash);
    /// The document as it is under a new title, with an id of its own; saved.
    Outcome<Document> saveCopy(Document document, const QString &title) const;
    /// The same of a dashboard of the library.
    Outcome<Document> duplicate(const QString &id, const QString &title) const;
    /// A dashboard over the rollups of another schema, for a blueprint that was applied there: the copy that is there
    /// already, else a new one. In schema public the dashboard itself.
    Outcome<Document> loadForSchema(const QString &id, const QString &schema) const;
    /// Takes the user's file away: a shipped one shows again as it was, one of the user's own is gone.
    Completion remove(const QString &id) const;

private:
    QString userPath(const QString &id) const;
    QString freeId(const QString &title) const;

    QString m_userFolder;
    QString m_shippedFolder;
};

} // namespace Shardboard
