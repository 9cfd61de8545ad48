// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/profile.h"
#include "tests/support/testmain.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <atomic>
#include <thread>
#include <vector>

using namespace Shardboard;

/// Saved connections come back as they were, without secrets, and a document that cannot be understood is left alone.
class ProfileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aMissingFileIsEmpty();
    void comesBackAsItWas();
    void keepsTheOrder();
    void neverWritesAPassword();
    void keepsUnknownKeys();
    void forgetsWhatWasRemoved();
    void refusesBrokenFilesAndLeavesThem_data();
    void refusesBrokenFilesAndLeavesThem();
    void saysWhyItCannotWrite();
    void severalProgramsLoseNothing();
    void aLockOfAProgramThatDiedIsTaken();

private:
    QString path() const { return m_folder->filePath(QStringLiteral("deep/connections.json")); }
    QByteArray fileContent() const;
    void writeFile(const QByteArray &content) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

Profile makeProfile(const char *id)
{
    Profile profile;
    profile.id = QLatin1String(id);
    profile.name = QStringLiteral("Sales “north” é");
    profile.settings.keywords
        = {{QStringLiteral("host"), QStringLiteral("db")}, {QStringLiteral("options"), QStringLiteral("-c jit=off")}};
    profile.colour = QStringLiteral("#c0392b");
    profile.isProduction = true;
    profile.isReadOnly = true;
    profile.savePassword = false;
    return profile;
}

Outcome<QList<Profile>> saveAll(const ProfileStore &store, const QList<Profile> &profiles)
{
    return store.change([&profiles](QList<Profile> &all) { all = profiles; });
}

template <typename T>
QString errorOf(const Outcome<T> &outcome)
{
    return outcome.isError() ? outcome.error().toText() : QString();
}

} // namespace

void ProfileTest::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
    m_folder = std::make_unique<QTemporaryDir>();
}

QByteArray ProfileTest::fileContent() const
{
    QFile file(path());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void ProfileTest::writeFile(const QByteArray &content) const
{
    QDir().mkpath(QFileInfo(path()).path());
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

void ProfileTest::aMissingFileIsEmpty()
{
    const auto loaded = ProfileStore(path()).load();
    QVERIFY(loaded.isOk());
    QVERIFY(loaded->isEmpty());
}

void ProfileTest::comesBackAsItWas()
{
    const QList<Profile> profiles{makeProfile("a"), Profile{QStringLiteral("b"), {}, {}, {}}};
    const ProfileStore store(path());
    QCOMPARE(errorOf(saveAll(store, profiles)), QString());
    QCOMPARE(*ProfileStore(path()).load(), profiles);
    const QByteArray first = fileContent();
    QCOMPARE(errorOf(saveAll(store, profiles)), QString());
    QCOMPARE(fileContent(), first);
}

void ProfileTest::keepsTheOrder()
{
    const QList<Profile> profiles{makeProfile("z"), makeProfile("a"), makeProfile("m")};
    QVERIFY(saveAll(ProfileStore(path()), profiles).isOk());
    QCOMPARE(*ProfileStore(path()).load(), profiles);
}

void ProfileTest::neverWritesAPassword()
{
    Profile profile = makeProfile("a");
    profile.settings.password = QStringLiteral("s3cret");
    profile.settings.keywords.insert(QStringLiteral("sslpassword"), QStringLiteral("t0psecret"));
    profile.settings.keywords.insert(QStringLiteral("password"), QStringLiteral("0ther"));
    QVERIFY(saveAll(ProfileStore(path()), {profile}).isOk());
    for (const auto *secret : {"s3cret", "t0psecret", "0ther", "password\":"})
        QVERIFY2(!fileContent().contains(secret), secret);
    QVERIFY(!ProfileStore(path()).load()->first().settings.password);
}

void ProfileTest::keepsUnknownKeys()
{
    writeFile(R"({"schemaVersion": 1, "theme": {"x": 1}, "connections": [
        {"id": "a", "name": "A", "settings": {"host": "db"}, "folder": "mine"}, {"id": "b", "name": "B", "settings": {}, "n": 1}]})");
    const ProfileStore store(path());
    auto profiles = *store.load();
    profiles.first().name = QStringLiteral("Renamed");
    profiles.swapItemsAt(0, 1);
    QVERIFY(saveAll(store, profiles).isOk());
    const QJsonObject document = QJsonDocument::fromJson(fileContent()).object();
    QCOMPARE(document[QStringLiteral("theme")].toObject()[QStringLiteral("x")].toInt(), 1);
    const QJsonArray connections = document[QStringLiteral("connections")].toArray();
    QCOMPARE(connections[0][QStringLiteral("n")].toInt(), 1);
    QCOMPARE(connections[1][QStringLiteral("folder")].toString(), QStringLiteral("mine"));
    QCOMPARE(connections[1][QStringLiteral("name")].toString(), QStringLiteral("Renamed"));
}

void ProfileTest::forgetsWhatWasRemoved()
{
    const ProfileStore store(path());
    QVERIFY(saveAll(store, {makeProfile("a"), makeProfile("b")}).isOk());
    QVERIFY(saveAll(store, {makeProfile("b")}).isOk());
    QCOMPARE(*store.load(), QList<Profile>{makeProfile("b")});
    QVERIFY(saveAll(store, {}).isOk());
    QVERIFY(store.load()->isEmpty());
}

void ProfileTest::refusesBrokenFilesAndLeavesThem_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("naming");
    const std::tuple<const char *, const char *, const char *> cases[] = {
        {"cut off", R"({"schemaVersion": 1, "connections": [{"id")", "byte"},
        {"empty", "", "byte"},
        {"no object", "[]", "object is expected"},
        {"no version", R"({"connections": []})", "schemaVersion is missing"},
        {"newer", R"({"schemaVersion": 2, "connections": []})", "newer version"},
        {"connections of another kind", R"({"schemaVersion": 1, "connections": {}})", "not an array"},
        {"a connection of another kind", R"({"schemaVersion": 1, "connections": [7]})",
            "connection 1: it is not an object"},
        {"no id", R"({"schemaVersion": 1, "connections": [{"name": "A", "settings": {}}]})", "no id"},
        {"no name", R"({"schemaVersion": 1, "connections": [{"id": "a", "settings": {}}]})", "no name"},
        {"no settings", R"({"schemaVersion": 1, "connections": [{"id": "a", "name": "A"}]})", "no settings"},
        {"a number for a setting",
            R"({"schemaVersion": 1, "connections": [{"id": "a", "name": "A", "settings": {"port": 5432}}]})", "port"},
        {"a colour that is none",
            R"({"schemaVersion": 1, "connections": [{"id": "a", "name": "A", "settings": {}, "colour": "red"}]})",
            "colour"},
        {"an id twice", R"({"schemaVersion": 1, "connections": [{"id": "a", "name": "A", "settings": {}},
            {"id": "a", "name": "B", "settings": {}}]})",
            "connection 2: its id “a” is there twice"},
    };
    for (const auto &[name, content, naming] : cases)
        QTest::newRow(name) << QByteArray(content) << QString::fromUtf8(naming);
}

void ProfileTest::refusesBrokenFilesAndLeavesThem()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, naming);
    writeFile(content);
    const ProfileStore store(path());
    const auto loaded = store.load();
    QVERIFY(loaded.isError());
    QVERIFY2(loaded.error().message.contains(naming), qPrintable(loaded.error().message));
    QVERIFY2(loaded.error().message.contains(path()), qPrintable(loaded.error().message));
    QCOMPARE(loaded.error().kind, ServerError::Kind::File);
    const auto saved = saveAll(store, {makeProfile("a")});
    QCOMPARE(errorOf(saved), loaded.error().toText());
    QCOMPARE(fileContent(), content);
}

void ProfileTest::saysWhyItCannotWrite()
{
    QFile blocker(m_folder->filePath(QStringLiteral("deep")));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    const auto saved = saveAll(ProfileStore(path()), {makeProfile("a")});
    QVERIFY(saved.isError());
    QVERIFY2(
        saved.error().message.contains(m_folder->filePath(QStringLiteral("deep"))), qPrintable(saved.error().message));
}

// Programs that read the list at their start, and each add to it later.
void ProfileTest::severalProgramsLoseNothing()
{
    constexpr int programs = 4, each = 12;
    std::vector<std::thread> running;
    std::atomic_int failures = 0;
    for (int program = 0; program < programs; ++program)
        running.emplace_back([&, program] {
            const ProfileStore store(path());
            (void)store.load();
            for (int i = 0; i < each; ++i) {
                const Profile added = makeProfile(qPrintable(QStringLiteral("p%1-%2").arg(program).arg(i)));
                if (!store.change([&added](QList<Profile> &all) { all.append(added); }))
                    ++failures;
            }
        });
    for (std::thread &program : running)
        program.join();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(ProfileStore(path()).load()->size(), programs * each);
}

void ProfileTest::aLockOfAProgramThatDiedIsTaken()
{
    writeFile(R"({"schemaVersion": 1, "connections": []})");
    QFile lock(path() + QStringLiteral(".lock"));
    QVERIFY(lock.open(QIODevice::WriteOnly));
    // No process has this id: the kernel's largest is 2^22.
    lock.write("99999999\nshardboard\n" + QSysInfo::machineHostName().toUtf8() + "\n");
    lock.close();
    QCOMPARE(errorOf(saveAll(ProfileStore(path()), {makeProfile("a")})), QString());
    QCOMPARE(ProfileStore(path()).load()->size(), 1);
}

SHARDBOARD_TEST_MAIN(ProfileTest)
#include "test_profile.moc"
