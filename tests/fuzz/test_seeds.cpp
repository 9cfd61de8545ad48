// SPDX-License-Identifier: GPL-3.0-or-later
// Every seed, among them what fuzzing found, through its target: what was mended stays mended where nobody fuzzes.
#include "tests/fuzz/fuzzing.h"
#include "tests/support/testmain.h"

#include <QDir>

using namespace Shardboard;

class TestFuzzSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTargetHoldsForItsSeeds_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("file");
        for (auto target = Fuzzing::targets().cbegin(); target != Fuzzing::targets().cend(); ++target) {
            const QDir seeds(
                QStringLiteral(SHARDBOARD_SOURCE_DIR "/tests/fuzz/seeds/") + QString::fromLatin1(target.key()));
            const QStringList names = seeds.entryList(QDir::Files);
            QVERIFY2(!names.isEmpty(), target.key() + " has no seeds");
            for (const QString &name : names)
                QTest::newRow(target.key() + '/' + name.toUtf8()) << target.key() << seeds.filePath(name);
        }
    }

    void everyTargetHoldsForItsSeeds()
    {
        QFETCH(QByteArray, target);
        QFETCH(QString, file);
        QFile seed(file);
        QVERIFY(seed.open(QIODevice::ReadOnly));
        Fuzzing::targets().value(target)(seed.readAll()); // ends the program where a property does not hold
    }
};

SHARDBOARD_TEST_MAIN(TestFuzzSeeds)
#include "test_seeds.moc"
