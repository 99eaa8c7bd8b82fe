"""Who the gate is to the store, what it may do there, and who can listen on the way."""

from __future__ import annotations

from gate_service.doctor import rights
from gate_service.doctor.checks.wording import error, ok, warning
from gate_service.doctor.reading import Server
from gate_service.doctor.terms import DEFAULT_USER, Terms, Way
from gate_service.domain.findings import Check, Finding

_OWN_USER = "Make the gate a user of its own: gate doctor --print-acl."


def user(server: Server, terms: Terms) -> Finding:
    """Look who the gate is."""
    if terms.user != DEFAULT_USER:
        return ok(Check.ACL_USER, server.address, terms.user)
    if terms.has_password:
        return ok(Check.ACL_USER, server.address, "the default user, by its password")
    if terms.way is Way.SOCKET:
        return ok(Check.ACL_USER, server.address, "the default user, through a socket that its file's owner guards")
    lost = "Whoever reaches the port reads, changes and deletes everything, past every rule of the gate."
    return warning(Check.ACL_USER, server.address, "the default user, without a password", lost, _OWN_USER)


def what_it_may(server: Server, terms: Terms) -> Finding:
    """Look whether the gate may do what it must, and no more."""
    if not server.may:
        lost = "A command that is missing would stop an operation in its middle, and one too many is a danger."
        remedy = "Let the user load and run scripts, on a server from Redis 7.0 or Valkey 8 on: they ask it."
        return warning(Check.ACL_RIGHTS, server.address, "unknown: the server cannot be asked", lost, remedy)
    questions = rights.Questions(terms.kind, terms.database)
    missing, spare = questions.weighed(server.may)
    if missing:
        lost = "An operation that comes to such a command fails there, in its middle where a script does."
        found = f"not allowed, and needed: {', '.join(missing)}"
        return error(Check.ACL_RIGHTS, server.address, found, lost, "Renew the user: gate doctor --print-acl.")
    if spare:
        lost = "Whoever gets hold of the gate's password, or makes the gate send what it should not, can do all of it."
        found = f"allowed, and never needed: {', '.join(spare)}"
        return warning(Check.ACL_RIGHTS, server.address, found, lost, _OWN_USER)
    return ok(Check.ACL_RIGHTS, server.address, "what the gate needs, and no more")


def way(server: Server, terms: Terms) -> Finding:
    """Look who could listen."""
    if terms.way in (Way.TLS, Way.SOCKET, Way.LOOPBACK):
        return ok(Check.TLS, server.address, terms.way)
    if terms.way is Way.UNVERIFIED:
        lost = "Whoever stands in between can pose as the store: he hears the password, and answers what he likes."
        remedy = "Leave ssl_cert_reqs and ssl_check_hostname out of the URL, and name the authority by ssl_ca_certs."
        return warning(Check.TLS, server.address, terms.way, lost, remedy)
    lost = "Whoever is on the way hears the password and every order, and can change what is sent."
    remedy = "Let the server speak TLS (tls-port, tls-cert-file, tls-key-file), and name it by rediss://."
    return warning(Check.TLS, server.address, terms.way, lost, remedy)
