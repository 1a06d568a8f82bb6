"""The HTTP request methods of RFC 9110 §9.3, PATCH of RFC 5789 and QUERY of RFC 10008, with their common properties.

Safe (RFC 9110 §9.2.1) means that the client asks for no change of state; idempotent (§9.2.2), that several identical
requests are meant to have the effect of one, so that a client may repeat it after a lost connection. Every safe method
is idempotent. Both speak of what the client asks for, not of what a server logs on the side.
"""

from typing import NamedTuple


class Method(NamedTuple):
    """One request method.

    name: the method token; it is case-sensitive (RFC 9110 §9.1).
    safe, idempotent: as in RFC 9110 §9.2.1 and §9.2.2; for PATCH and QUERY as in §2 of their own RFCs.
    cacheable: True or False for responses to the method, or a text with the condition under which they are cacheable.
    request_body: what content in the request means.
    rfc: the defining section, as "RFC 9110 §9.3.1".
    meaning, meaning_zh: what the client asks for, as an engineer would put it; a fragment without a full stop.
    """

    name: str
    safe: bool
    idempotent: bool
    cacheable: bool | str
    request_body: str
    rfc: str
    meaning: str
    meaning_zh: str


# RFC 9110 §9.2.3 defines caching for GET, HEAD and POST, and says that a method whose definition does not allow it
# explicitly cannot be cached. GET and HEAD are cacheable as they are. A response to POST (§9.3.3) is cacheable only
# with explicit freshness information and a Content-Location equal to the target URI; it then answers later GETs and
# HEADs, never another POST, and most caches do not bother. RFC 5789 §2 says the same of PATCH. PUT, DELETE, CONNECT,
# OPTIONS and TRACE are not cacheable (§9.3.4 to §9.3.8); a successful PUT or DELETE invalidates what a cache has stored
# for the URI. A response to QUERY answers later QUERYs with the same content (RFC 10008 §2.7).
_IF_FRESH_AND_LOCATED = "only with explicit freshness and a Content-Location equal to the target URI"
_NO_SEMANTICS = "no defined semantics; should not be sent"

# In the order of RFC 9110 §9.3, PATCH and QUERY last.
METHODS: tuple[Method, ...] = (
    Method(
        name="GET",
        safe=True,
        idempotent=True,
        cacheable=True,
        request_body=_NO_SEMANTICS,
        rfc="RFC 9110 §9.3.1",
        meaning="send me a current representation of the resource",
        meaning_zh="获取资源的当前表示",
    ),
    Method(
        name="HEAD",
        safe=True,
        idempotent=True,
        cacheable=True,
        request_body=_NO_SEMANTICS,
        rfc="RFC 9110 §9.3.2",
        meaning="like GET, but send only the header section, for instance to test a link or see when it changed",
        meaning_zh="与 GET 相同，但只返回首部，例如用来检查链接或查看何时修改过",
    ),
    Method(
        name="POST",
        safe=False,
        idempotent=False,
        cacheable=_IF_FRESH_AND_LOCATED,
        request_body="what the resource is to process",
        rfc="RFC 9110 §9.3.3",
        meaning="let the resource process this body in its own way: a form, a new item of a collection, a command",
        meaning_zh="由资源按自己的方式处理请求体：表单、集合中的新条目或一条命令",
    ),
    Method(
        name="PUT",
        safe=False,
        idempotent=True,
        cacheable=False,
        request_body="the complete new representation",
        rfc="RFC 9110 §9.3.4",
        meaning="create the resource at this URI, or replace its whole state, with the representation in the body",
        meaning_zh="用请求体中的表示，在该 URI 创建资源或整体替换其状态",
    ),
    Method(
        name="DELETE",
        safe=False,
        idempotent=True,
        cacheable=False,
        request_body=_NO_SEMANTICS,
        rfc="RFC 9110 §9.3.5",
        meaning="remove the resource from this URI; whether its data are destroyed is up to the server",
        meaning_zh="移除该 URI 上的资源；数据是否销毁由服务器决定",
    ),
    Method(
        name="CONNECT",
        safe=False,
        idempotent=False,
        cacheable=False,
        request_body="none; what follows a 2xx response is tunnel data",
        rfc="RFC 9110 §9.3.6",
        meaning="open a tunnel to this host and port and forward bytes blindly, typically TLS through a proxy",
        meaning_zh="建立到该主机和端口的隧道并原样转发字节，通常用于经代理的 TLS",
    ),
    Method(
        name="OPTIONS",
        safe=True,
        idempotent=True,
        cacheable=False,
        request_body="allowed with a Content-Type, but no use is defined",
        rfc="RFC 9110 §9.3.7",
        meaning="tell me what can be done with this resource, or with * with the server; also the CORS preflight",
        meaning_zh="询问该资源支持哪些操作，用 * 则询问整个服务器；也用于 CORS 预检",
    ),
    Method(
        name="TRACE",
        safe=True,
        idempotent=True,
        cacheable=False,
        request_body="forbidden: a client must not send any",
        rfc="RFC 9110 §9.3.8",
        meaning="send my request back as it arrived, to see what proxies on the way made of it; usually switched off",
        meaning_zh="把收到的请求原样送回，以查看途中代理做了哪些改动；通常被关闭",
    ),
    Method(
        name="PATCH",
        safe=False,
        idempotent=False,
        cacheable=_IF_FRESH_AND_LOCATED,
        request_body="a patch document: the changes to make",
        rfc="RFC 5789 §2",
        meaning="apply this set of changes to the resource, all of it or nothing",
        meaning_zh="把这组修改应用到资源，要么全部生效，要么全不生效",
    ),
    Method(
        name="QUERY",
        safe=True,
        idempotent=True,
        cacheable="yes, but the cache key includes the request content",
        request_body="the query, in the form that its media type names",
        rfc="RFC 10008 §2",
        meaning="run this query and send me its result: a safe request with a body, for what does not fit into a URI",
        meaning_zh="执行这个查询并返回结果：带请求体的安全请求，用于 URI 里放不下的查询",
    ),
)
