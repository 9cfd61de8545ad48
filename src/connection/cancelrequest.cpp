// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/cancelrequest.h"

#include <array>

namespace Shardboard {

namespace {

/// libpq 17's functions, looked up by name: the headers may be older than the library, and the library than 17.
struct CancelFunctions
{
    using Create = void *(*)(PGconn *);
    using Blocking = int (*)(void *);
    using ErrorMessage = char *(*)(const void *);
    using Finish = void (*)(void *);

    const Create create = reinterpret_cast<Create>(LibPq::findOptional("PQcancelCreate"));
    const Blocking blocking = reinterpret_cast<Blocking>(LibPq::findOptional("PQcancelBlocking"));
    const ErrorMessage errorMessage = reinterpret_cast<ErrorMessage>(LibPq::findOptional("PQcancelErrorMessage"));
    const Finish finish = reinterpret_cast<Finish>(LibPq::findOptional("PQcancelFinish"));

    bool areThere() const { return create && blocking && errorMessage && finish; }
};

const CancelFunctions &functions()
{
    static const CancelFunctions found;
    return found;
}

} // namespace

CancelRequest::CancelRequest(PGconn *connection)
{
    if (functions().areThere())
        m_connection = functions().create(connection);
    else
        m_cancel = PQgetCancel(connection);
}

CancelRequest::~CancelRequest()
{
    if (m_connection)
        functions().finish(m_connection);
    if (m_cancel)
        PQfreeCancel(m_cancel);
}

QString CancelRequest::send()
{
    if (m_connection) {
        const bool isSent = functions().blocking(m_connection) == 1;
        return isSent ? QString() : QString::fromUtf8(functions().errorMessage(m_connection)).trimmed();
    }
    std::array<char, 256> message{};
    if (m_cancel && PQcancel(m_cancel, message.data(), int(message.size())) == 1)
        return {};
    return m_cancel ? QString::fromUtf8(message.data()).trimmed() : QStringLiteral("out of memory");
}

bool CancelRequest::isEncrypted()
{
    return functions().areThere();
}

} // namespace Shardboard
