# SPDX-License-Identifier: GPL-3.0-or-later
# Precompiled headers: Qt's and the standard library's are half of the time that compiling takes. Each set is compiled once,
# by a library without code, and shared by all targets that are compiled with the same flags. Not for releases, where some
# files are compiled for size and so with flags of their own.
function(shardboard_header_set name)
    cmake_parse_arguments(PARSE_ARGV 1 SET "" "" "LINK;HEADERS")
    set(source "${CMAKE_BINARY_DIR}/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Nothing but the headers.\n")
    add_library(${name} OBJECT "${source}")
    set_target_properties(${name} PROPERTIES AUTOMOC OFF)
    target_link_libraries(${name} PRIVATE ${SET_LINK})
    target_precompile_headers(${name} PRIVATE ${SET_HEADERS})
endfunction()

set(core_headers <algorithm> <chrono> <functional> <memory> <optional> <variant> <vector>
    <QByteArray> <QCoreApplication> <QDateTime> <QHash> <QJsonArray> <QJsonDocument> <QJsonObject> <QList> <QMap> <QObject>
    <QPointer> <QRegularExpression> <QSet> <QString> <QStringList> <QTimer>)
set(widget_headers ${core_headers} <QAbstractItemModel> <QApplication> <QComboBox> <QFormLayout> <QHeaderView> <QLabel> <QLineEdit>
    <QPainter> <QPushButton> <QTableView> <QVBoxLayout> <QWidget>)

if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    shardboard_header_set(shardboard_core_headers LINK Qt6::Core HEADERS ${core_headers})
    if(NOT SHARDBOARD_CORE_ONLY)
        shardboard_header_set(shardboard_widget_headers LINK Qt6::Widgets HEADERS ${widget_headers})
    endif()
endif()

# Lets a target use one of the sets: core, widget; test or widgettest (tests/CMakeLists.txt).
function(shardboard_use_headers target set)
    if(TARGET shardboard_${set}_headers)
        target_precompile_headers(${target} REUSE_FROM shardboard_${set}_headers)
    endif()
endfunction()
