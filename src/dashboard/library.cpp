// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/library.h"

#include "connection/sharedfile.h"
#include "dashboard/documentcheck.h"
#include "dashboard/sourcecatalog.h"
#include "dashboard/trust.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 largestFile = 8 * 1024 * 1024; // a document, not somebody's data under its name

Outcome<QByteArray> readFile(const QString &path)
{
    // A device or a pipe may never end.
    if (QFileInfo::exists(path) && !QFileInfo(path).isFile())
        return ServerError::file(u"%1 is not a file."_s.arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return ServerError::file(u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    QByteArray bytes = file.read(largestFile + 1);
    if (bytes.size() > largestFile)
        return ServerError::file(u"%1 is too large for a dashboard."_s.arg(path));
    return bytes;
}

QList<Library::Entry> entriesOf(const QString &folder, bool isUser)
{
    QList<Library::Entry> entries;
    const auto files = QDir(folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const QFileInfo &file : files) {
        Library::Entry entry;
        entry.id = entry.title = file.completeBaseName();
        entry.path = file.filePath();
        entry.isUser = isUser;
        entry.isShipped = !isUser;
        const auto document = Library::loadFile(file.filePath());
        if (document) {
            entry.id = document->id;
            entry.title = document->title;
            entry.description = document->description;
        } else {
            entry.error = document.error();
        }
        entries.append(entry);
    }
    return entries;
}

/// "My sites & more" becomes "my-sites-more".
QString idFromTitle(const QString &title)
{
    static const QRegularExpression others(u"[^a-z0-9]+"_s);
    QString id = title.normalized(QString::NormalizationForm_KD).toLower().replace(others, u"-"_s).left(50);
    while (id.startsWith(u'-'))
        id.remove(0, 1);
    while (id.endsWith(u'-'))
        id.chop(1);
    return id.isEmpty() ? u"dashboard"_s : id;
}

/// Over what is there, unless a hash is expected and that is something else. An empty hash expects no file.
Outcome<Library::Saved> writeDocument(
    const QString &path, const Document &document, const std::optional<QString> &expectedHash)
{
    auto saved = Library::Saved::Written;
    const auto changed = changeSharedFile(path, [&](const std::optional<QByteArray> &before) -> Outcome<QByteArray> {
        if (expectedHash && before) {
            const auto other = documentFromJson(*before);
            if (!other || (documentHash(*other) != *expectedHash && *other != document)) {
                saved = Library::Saved::ChangedOnDisk;
                return *before;
            }
        }
        return documentToJson(document);
    });
    return changed ? Outcome<Library::Saved>(saved) : changed.failure<Library::Saved>();
}

/// Out of the way, under a name that is listed no more but easily found.
Completion setAside(const QString &path)
{
    for (int number = 1; number < 1000; ++number) {
        const QString aside = u"%1.broken-%2"_s.arg(path).arg(number);
        if (!QFile::exists(aside)) {
            if (QFile::rename(path, aside))
                return Nothing{};
            break;
        }
    }
    return ServerError::file(u"%1 cannot be read, and cannot be moved out of the way either."_s.arg(path));
}

} // namespace

Library::Library(QString userFolder, QString shippedFolder)
    : m_userFolder(std::move(userFolder)), m_shippedFolder(std::move(shippedFolder))
{
}

QString Library::defaultUserFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/shardboard/dashboards"_s;
}

QList<Library::Entry> Library::list() const
{
    QList<Entry> entries = entriesOf(m_shippedFolder, false);
    const auto sameId = [&](const QString &id) {
        return std::find_if(entries.begin(), entries.end(), [&](const Entry &e) { return e.id == id; });
    };
    const auto userEntries = entriesOf(m_userFolder, true);
    for (Entry entry : userEntries) {
        const auto other = sameId(entry.id);
        if (other == entries.end()) {
            entries.append(entry);
        } else if (!other->isUser) {
            entry.isShipped = true;
            *other = entry;
        } else {
            // Files come by name: the first one keeps the id.
            if (!entry.error)
                entry.error = ServerError::file(u"%1 has the id “%2”, which %3 has already."_s.arg(
                    QFileInfo(entry.path).fileName(), entry.id, QFileInfo(other->path).fileName()));
            entry.id = QFileInfo(entry.path).completeBaseName();
            entries.append(entry);
        }
    }
    std::stable_sort(entries.begin(), entries.end(),
        [](const Entry &a, const Entry &b) { return a.title.compare(b.title, Qt::CaseInsensitive) < 0; });
    return entries;
}

QString Library::userPath(const QString &id) const
{
    // A file the user brought along under another name keeps it.
    const auto entries = entriesOf(m_userFolder, true);
    for (const Entry &entry : entries) {
        if (entry.id == id && !entry.error)
            return entry.path;
    }
    return QDir(m_userFolder).filePath(id + u".json"_s);
}

Outcome<Document> Library::loadFile(const QString &path)
{
    const auto json = readFile(path);
    if (!json)
        return json.failure<Document>();
    const auto document = documentFromJson(*json);
    if (document)
        return document;
    ServerError error = document.error();
    error.kind = ServerError::Kind::File;
    error.message = u"%1: %2"_s.arg(QFileInfo(path).fileName(), error.message);
    return error;
}

Outcome<Document> Library::load(const QString &id) const
{
    const auto entries = list();
    for (const Entry &entry : entries) {
        if (entry.id == id)
            return entry.error ? Outcome<Document>(*entry.error) : loadFile(entry.path);
    }
    return ServerError::usage(u"There is no dashboard “%1”."_s.arg(id));
}

Completion Library::save(const Document &document) const
{
    if (const auto checked = checkDocument(document); !checked)
        return checked;
    const QString path = userPath(document.id);
    if (QFile::exists(path) && loadFile(path).isError()) {
        if (const auto moved = setAside(path); !moved)
            return moved;
    }
    const auto saved = writeDocument(path, document, std::nullopt);
    return saved ? Completion(Nothing{}) : saved.failure<Nothing>();
}

Outcome<Library::Saved> Library::saveUnlessChanged(const Document &document, const QString &expectedHash) const
{
    return saveFileUnlessChanged(userPath(document.id), document, expectedHash);
}

Outcome<Library::Saved> Library::saveFileUnlessChanged(
    const QString &path, const Document &document, const QString &expectedHash)
{
    if (const auto checked = checkDocument(document); !checked)
        return checked.failure<Saved>();
    return writeDocument(path, document, expectedHash);
}

QString Library::freeId(const QString &title) const
{
    QStringList taken;
    const auto entries = list();
    for (const Entry &entry : entries)
        taken << entry.id << QFileInfo(entry.path).completeBaseName();
    const QString wanted = idFromTitle(title);
    QString id = wanted;
    for (int number = 2; taken.contains(id); ++number)
        id = u"%1-%2"_s.arg(wanted).arg(number);
    return id;
}

// The name may be taken by another program between looking and writing.
Outcome<Document> Library::saveCopy(Document document, const QString &title) const
{
    document.title = title;
    for (int attempt = 0; attempt < 10; ++attempt) {
        document.id = freeId(title);
        const auto saved = saveUnlessChanged(document, QString());
        if (!saved)
            return saved.failure<Document>();
        if (*saved == Saved::Written)
            return document;
    }
    return ServerError::file(u"No free name was found for “%1”."_s.arg(title));
}

Outcome<Document> Library::duplicate(const QString &id, const QString &title) const
{
    const auto original = load(id);
    return original ? saveCopy(*original, title) : original;
}

Outcome<Document> Library::loadForSchema(const QString &id, const QString &schema) const
{
    const auto original = load(id);
    if (!original || schema.isEmpty() || schema == u"public")
        return original;
    const QString title = u"%1 (%2)"_s.arg(original->title, schema);
    for (const Entry &entry : list())
        if (entry.isUser && !entry.error && entry.title == title)
            return load(entry.id);
    return saveCopy(inSchema(*original, schema), title);
}

Completion Library::remove(const QString &id) const
{
    const auto entries = list();
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry &e) { return e.id == id; });
    if (entry == entries.end())
        return ServerError::usage(u"There is no dashboard “%1”."_s.arg(id));
    if (!entry->isUser)
        return ServerError::usage(u"“%1” came with the program and cannot be deleted."_s.arg(entry->title));
    if (entry->error)
        return setAside(entry->path);
    QFile file(entry->path);
    if (!file.remove())
        return ServerError::file(u"%1 cannot be deleted: %2"_s.arg(entry->path, file.errorString()));
    return Nothing{};
}

} // namespace Shardboard
