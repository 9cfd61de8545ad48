// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "tests/support/sanitizer.h"

#include <QLocale>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>

namespace Shardboard::Testing {

namespace {

QtMessageHandler s_previous = nullptr;

// QTest::ignoreMessage() is handled inside QTest's own handler, which qExec installs over this one; what still comes
// here arrived before or after a test function, where nobody expects anything.
void strictHandler(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    if (type == QtWarningMsg || type == QtCriticalMsg) {
        std::fprintf(stderr, "unexpected message outside a test function: %s\n", qPrintable(message));
        std::_Exit(1);
    }
    if (s_previous)
        s_previous(type, context, message);
}

} // namespace

void prepare()
{
    prepareForSanitizers();
    qputenv("LC_ALL", "C.UTF-8");
    qputenv("TZ", "UTC");
    qputenv("QT_FATAL_WARNINGS", "0");
    QLocale::setDefault(QLocale::c());
    QStandardPaths::setTestModeEnabled(true);
    static QTemporaryDir home;
    for (const char *variable :
        {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, home.path().toUtf8());
    s_previous = qInstallMessageHandler(strictHandler);
}

} // namespace Shardboard::Testing
