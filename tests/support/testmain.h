// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest>

namespace Shardboard::Testing {

/// Pins the locale and the time zone, keeps settings and data in a folder of the test's own, and makes every unexpected
/// warning fail the test.
void prepare();

/// For init() of tests that show windows: every warning fails the test, but for what the offscreen platform says of
/// itself.
inline void failOnWarnings()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
}

} // namespace Shardboard::Testing

/// As QTEST_GUILESS_MAIN and QTEST_MAIN, with prepare() first.
#define SHARDBOARD_TEST_MAIN(TestClass)                                                                                \
    int main(int argc, char *argv[])                                                                                   \
    {                                                                                                                  \
        Shardboard::Testing::prepare();                                                                                \
        QCoreApplication app(argc, argv);                                                                              \
        TestClass test;                                                                                                \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }

#define SHARDBOARD_UI_TEST_MAIN(TestClass)                                                                             \
    int main(int argc, char *argv[])                                                                                   \
    {                                                                                                                  \
        Shardboard::Testing::prepare();                                                                                \
        QApplication app(argc, argv);                                                                                  \
        TestClass test;                                                                                                \
        return QTest::qExec(&test, argc, argv);                                                                        \
    }
