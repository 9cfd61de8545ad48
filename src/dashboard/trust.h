// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "dashboard/document.h"

#include <QSet>
#include <QString>

#include <memory>
#include <optional>

namespace Shardboard {

/// SHA-256 over the document as documentToJson() writes it, in hexadecimal: two files that say the same have the same.
QString documentHash(const Document &document);

/// A dashboard whose statements may be sent to a server. Only a TrustStore makes one, so that nothing runs a document
/// that came with the program, was written in it, or was shown to the user and approved.
class TrustedDocument
{
public:
    const Document &document() const { return m_document; }

private:
    friend class TrustStore;
    explicit TrustedDocument(Document document) : m_document(std::move(document)) {}

    Document m_document;
};

/// Which dashboards may run, by the hash of their content: a file that has changed is another one. Kept as a JSON file
/// that several programs may write. Any thread for check() and approve() of different objects.
class TrustStore
{
public:
    /// An empty path: kept in memory only, for tests and single runs.
    explicit TrustStore(QString path = defaultPath());
    static QString defaultPath();

    /// nullopt: the user has to be shown what it would run. Shipped ones are known by their own text.
    std::optional<TrustedDocument> check(const Document &document) const;
    /// The user has seen what it runs, or wrote it here. An error is about the file only: it is then trusted as long as
    /// this object lives.
    TrustedDocument approve(const Document &document, Completion *saved = nullptr);

private:
    QSet<QString> known() const;

    QString m_path;
    QSet<QString> m_approved;
};

/// One statement that a document would send, or the text that it shows, for people to read.
struct DocumentStatement
{
    QString place; ///< "Panel “Requests”", "Choices of variable “site”"
    QString sql;
};
/// All that running the document would send, in the order of the document.
QList<DocumentStatement> statementsOf(const Document &document);
/// The same as text: title, hash and every statement below its place.
QString trustSummary(const Document &document);

} // namespace Shardboard
