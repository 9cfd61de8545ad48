// SPDX-License-Identifier: GPL-3.0-or-later
// The arrows of docs/architecture.md, held against every #include.
#include "tests/support/testmain.h"

#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>

namespace {

struct Room
{
    const char *folder; ///< the longest that fits a file wins
    QStringList projectIncludes; ///< prefixes of "…" includes
    QStringList libraries; ///< prefixes of <…> includes; headers without a dot or Q are the standard library's
};

const QList<Room> &rooms()
{
    static const QStringList qt{QStringLiteral("Q")};
    static const QList<Room> all{
        {"src/connection/values/", {QStringLiteral("connection/values/")}, qt},
        {"src/connection/", {QStringLiteral("connection/")},
            {QStringLiteral("Q"), QStringLiteral("libpq-fe.h"), QStringLiteral("pg_query.h"),
                QStringLiteral("dlfcn.h")}},
        {"src/dashboard/", {QStringLiteral("dashboard/"), QStringLiteral("connection/")}, qt},
        {"src/admin/", {QStringLiteral("admin/"), QStringLiteral("connection/")},
            {QStringLiteral("Q"), QStringLiteral("zlib.h"), QStringLiteral("emmintrin.h")}},
        {"ui/",
            {QStringLiteral("ui/"), QStringLiteral("dashboard/"), QStringLiteral("admin/"),
                QStringLiteral("connection/")},
            {QStringLiteral("Q"), QStringLiteral("KSyntaxHighlighting/")}},
        {"app/shardboardctl/",
            {QStringLiteral("app/shardboardctl/"), QStringLiteral("dashboard/"), QStringLiteral("admin/"),
                QStringLiteral("connection/")},
            qt},
        {"app/shardboard/",
            {QStringLiteral("app/shardboard/"), QStringLiteral("ui/"), QStringLiteral("dashboard/"),
                QStringLiteral("admin/"), QStringLiteral("connection/")},
            {QStringLiteral("Q"), QStringLiteral("qt6keychain/")}},
    };
    return all;
}

/// Qt modules that no room below ui may see, by the headers people reach for.
const QRegularExpression s_screenHeaders(
    QStringLiteral("^<(QtGui|QtWidgets|QtCharts|QWidget|QApplication|QGuiApplication|QColor|QPainter|QFont|QPen|QBrush|"
                   "QImage|QPixmap|QIcon|"
                   "QPalette|QMessageBox|QDialog|QChart)"));

/// A POSIX header: what sockets, processes and signals need.
bool isSystemHeader(const QString &name)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(sys/|netinet/|arpa/"
                       ")|^(unistd|fcntl|poll|signal|pwd|grp|errno|stdlib|stdio|string|termios|malloc|netdb)\\.h$"));
    return pattern.match(name).hasMatch();
}

const Room *roomOf(const QString &file)
{
    for (const Room &room : rooms()) {
        if (file.startsWith(QLatin1String(room.folder)))
            return &room;
    }
    return nullptr;
}

bool startsWithAny(const QString &text, const QStringList &prefixes)
{
    return std::any_of(
        prefixes.begin(), prefixes.end(), [&](const QString &prefix) { return text.startsWith(prefix); });
}

/// Why the include has no place in the room, or empty.
QString complaint(const Room &room, const QString &include)
{
    const QString name = include.mid(1, include.size() - 2);
    const bool isBelowScreen = QLatin1String(room.folder).startsWith(QLatin1String("src/"))
        || QLatin1String(room.folder) == QLatin1String("app/shardboardctl/");
    if (include.startsWith(QLatin1Char('"'))) {
        const bool isMoc = name.endsWith(QStringLiteral(".moc")) || name.startsWith(QStringLiteral("moc_"));
        return isMoc || startsWithAny(name, room.projectIncludes) ? QString() : QStringLiteral("is another room's");
    }
    if (isBelowScreen && s_screenHeaders.match(include).hasMatch())
        return QStringLiteral("needs a screen");
    const bool isStandard
        = !name.contains(QLatin1Char('.')) && name.at(0).isLower() && !name.contains(QLatin1Char('/'));
    return isStandard || isSystemHeader(name) || startsWithAny(name, room.libraries)
        ? QString()
        : QStringLiteral("is no library of this room");
}

} // namespace

class TestArchitecture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyIncludeFollowsTheArrows()
    {
        const QString root = QStringLiteral(SHARDBOARD_SOURCE_DIR "/");
        static const QRegularExpression line(
            QStringLiteral("^\\s*#\\s*include\\s*([<\"][^>\"]+[>\"])"), QRegularExpression::MultilineOption);
        QStringList complaints;
        int files = 0;
        for (const char *top : {"src", "ui", "app"}) {
            QDirIterator entries(root + QLatin1String(top), {QStringLiteral("*.h"), QStringLiteral("*.cpp")},
                QDir::Files, QDirIterator::Subdirectories);
            while (entries.hasNext()) {
                QFile file(entries.next());
                const QString path = file.fileName().mid(root.size());
                const Room *room = roomOf(path);
                QVERIFY2(room, qPrintable(path + QStringLiteral(" lies in no room")));
                QVERIFY(file.open(QIODevice::ReadOnly));
                ++files;
                const QString text = QString::fromUtf8(file.readAll());
                for (auto it = line.globalMatch(text); it.hasNext();) {
                    const QString include = it.next().captured(1);
                    if (const QString why = complaint(*room, include); !why.isEmpty())
                        complaints << QStringLiteral("%1 includes %2, which %3").arg(path, include, why);
                }
            }
        }
        QVERIFY(files > 20);
        QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
    }

    // Two types of one name in one namespace are one type to the linker, whatever the compiler saw in each file.
    void everyTypeHasANameOfItsOwn()
    {
        const QString root = QStringLiteral(SHARDBOARD_SOURCE_DIR "/");
        static const QRegularExpression space(QStringLiteral("^namespace ([\\w:]+)"));
        static const QRegularExpression type(QStringLiteral(
            "^(?:enum class|struct|class)(?: \\[\\[nodiscard\\]\\])? (\\w+)(?: final)?(?: :[^;]*)?(?: \\{.*)?$"));
        QHash<QString, QString> seen;
        QStringList twice;
        for (const char *top : {"src", "ui", "app"}) {
            QDirIterator entries(
                root + QLatin1String(top), {QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
            while (entries.hasNext()) {
                QFile file(entries.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                QString where;
                for (const QString &line : QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))) {
                    if (const auto found = space.match(line); found.hasMatch())
                        where = found.captured(1);
                    const auto found = type.match(line);
                    if (!found.hasMatch())
                        continue;
                    const QString name = where + QStringLiteral("::") + found.captured(1);
                    if (seen.contains(name))
                        twice << name + QStringLiteral(" in ") + seen.value(name) + QStringLiteral(" and ")
                                + file.fileName();
                    seen.insert(name, file.fileName());
                }
            }
        }
        QVERIFY(seen.size() > 300);
        QVERIFY2(twice.isEmpty(), qPrintable(twice.join(QLatin1Char('\n'))));
    }

    void theCheckSeesWhatIsForbidden()
    {
        const Room *admin = roomOf(QStringLiteral("src/admin/plan.h"));
        QVERIFY(!complaint(*admin, QStringLiteral("\"dashboard/document.h\"")).isEmpty());
        QVERIFY(!complaint(*admin, QStringLiteral("\"ui/common/theme.h\"")).isEmpty());
        QVERIFY(!complaint(*admin, QStringLiteral("<QWidget>")).isEmpty());
        QVERIFY(!complaint(*admin, QStringLiteral("<libpq-fe.h>")).isEmpty());
        QVERIFY(complaint(*admin, QStringLiteral("\"connection/session.h\"")).isEmpty());
        QVERIFY(complaint(*admin, QStringLiteral("<vector>")).isEmpty());
        const Room *values = roomOf(QStringLiteral("src/connection/values/query.h"));
        QVERIFY(!complaint(*values, QStringLiteral("\"connection/session.h\"")).isEmpty());
        const Room *ui = roomOf(QStringLiteral("ui/common/theme.h"));
        QVERIFY(!complaint(*ui, QStringLiteral("<libpq-fe.h>")).isEmpty());
    }
};

SHARDBOARD_TEST_MAIN(TestArchitecture)
#include "test_architecture.moc"
