"""The HTTP status codes, as a table to look things up in and to make cards from.

The rows are those of the IANA HTTP Status Code Registry in its edition of 2025-09-15
(https://www.iana.org/assignments/http-status-codes), with the names of RFC 9110 §15 and, for codes defined
elsewhere, those of their own RFC. 306 and 418 have rows because the registry reserves them as "(Unused)". 104 (Upload
Resumption Supported) is left out on purpose: that edition registers it only for a time, until 2026-11-13.

A phrase is for people: a client goes by the number alone. Servers and libraries still send phrases of earlier RFCs
("Moved Temporarily" from RFC 1945, "Request Entity Too Large" from RFC 2616, "Payload Too Large" from RFC 7231), so
each row lists its old ones; they are right answers too, if dated. A few never stood in an HTTP standard: "I'm a teapot"
is from RFC 2324, "Switch Proxy" from a draft that expired.

Meanings and situations stand in English and Chinese side by side, with the same facts and numbers in both.
"""

import re
import unicodedata
from typing import NamedTuple


class Status(NamedTuple):
    """One status code.

    code: the number, 100 to 599.
    phrase: the name in RFC 9110 §15 or in the RFC that defines the code.
    rfc: the defining section, as "RFC 9110 §15.5.5".
    tier: "core" (every candidate is asked these), "common" or "rare".
    meaning, meaning_zh: what it says, as an engineer would put it; a fragment without a full stop.
    name_zh: the short Chinese name.
    also_zh: other Chinese names in use, right answers too. 302 and 307, 301 and 308 share one, as people do say it.
    situation, situation_zh: a case in which this code and no other in the table is right, told without its name; empty
        for rare codes.
    old_phrases: names that earlier specifications gave to the code, the latest first.
    confused_with: three codes that are tempting in the situation and wrong there; empty for rare codes.
    """

    code: int
    phrase: str
    rfc: str
    tier: str
    meaning: str
    meaning_zh: str
    name_zh: str
    situation: str = ""
    situation_zh: str = ""
    old_phrases: tuple[str, ...] = ()
    confused_with: tuple[int, ...] = ()
    also_zh: tuple[str, ...] = ()


# In the order of the codes.
STATUSES: tuple[Status, ...] = (
    Status(
        code=100,
        phrase="Continue",
        rfc="RFC 9110 §15.2.1",
        tier="common",
        meaning=(
            "the header section is fine so far; a client that asked with Expect: 100-continue may now send the body"
        ),
        meaning_zh="首部目前没有问题；用 Expect: 100-continue 询问过的客户端现在可以发送请求体",
        name_zh="继续发送请求体",
        also_zh=("继续",),
        situation=(
            "A client is about to upload 2 GB. It sends only the header section, asks to be told whether to go on, "
            "and waits; nothing in the fields speaks against it, so the server tells it at once to send the body."
        ),
        situation_zh=(
            "客户端准备上传 2 GB 数据，先只发送首部，询问是否可以接着发，然后等待；服务器看过首部没有异议，"
            "立即通知它把数据发过来。"
        ),
        confused_with=(102, 202, 417),
    ),
    Status(
        code=101,
        phrase="Switching Protocols",
        rfc="RFC 9110 §15.2.2",
        tier="core",
        meaning=(
            "the server agrees to the client's Upgrade request; right after this response the connection speaks the "
            "new protocol"
        ),
        meaning_zh="服务器同意客户端的 Upgrade 请求；此响应之后，连接即改用新协议",
        name_zh="切换协议",
        also_zh=("协议切换",),
        situation=(
            "On an HTTP/1.1 connection, a browser's GET carries Upgrade: websocket and a Sec-WebSocket-Key. The "
            "server agrees, and from here on both sides send WebSocket frames."
        ),
        situation_zh=(
            "在一条 HTTP/1.1 连接上，浏览器的 GET 带有 Upgrade: websocket 和 Sec-WebSocket-Key。服务器同意，"
            "此后双方收发的都是 WebSocket 帧。"
        ),
        confused_with=(100, 200, 426),
    ),
    Status(
        code=102,
        phrase="Processing",
        rfc="RFC 2518 §10.1",
        tier="rare",
        meaning=(
            "WebDAV: the whole request has arrived and is being worked on, no final status yet; dropped by RFC 4918"
        ),
        meaning_zh="WebDAV：完整的请求已收到，仍在处理，暂无最终状态；RFC 4918 已将其删除",
        name_zh="处理中（已废弃）",
    ),
    Status(
        code=103,
        phrase="Early Hints",
        rfc="RFC 8297 §2",
        tier="common",
        meaning=(
            "header fields, above all Link preload, sent ahead of the final response so that the client can start "
            "fetching"
        ),
        meaning_zh="在最终响应之前先发出的首部字段（主要是 Link 预加载），让客户端可以开始获取资源",
        name_zh="早期提示",
        also_zh=("提前提示", "预先提示"),
        situation=(
            "Building a page takes another 800 ms of database work, but the server already knows which style sheet "
            "it will need. Ahead of the real answer it sends Link: </app.css>; rel=preload, so that the browser can "
            "start downloading."
        ),
        situation_zh=(
            "生成页面还要 800 ms 的数据库查询，但服务器已经知道页面会用到哪个样式表。它在正式响应之前先发出 Link: "
            "</app.css>; rel=preload，让浏览器开始下载。"
        ),
        confused_with=(100, 102, 202),
    ),
    Status(
        code=200,
        phrase="OK",
        rfc="RFC 9110 §15.3.1",
        tier="core",
        meaning=(
            "the request succeeded; for GET the body is the current representation, for POST the status or result of "
            "the action"
        ),
        meaning_zh="请求成功；对 GET，响应体是当前表示，对 POST，则是操作的状态或结果",
        name_zh="成功",
        also_zh=("正常", "请求成功"),
        situation=(
            "An ordinary GET, with neither conditions nor a byte range, reaches the origin server, which sends the "
            "complete current JSON document in the body."
        ),
        situation_zh=(
            "一个普通的 GET 到达源服务器，既不带条件字段，也不要求字节范围；服务器在响应体中发送当前完整的 JSON 文档。"
        ),
        confused_with=(204, 206, 304),
    ),
    Status(
        code=201,
        phrase="Created",
        rfc="RFC 9110 §15.3.2",
        tier="core",
        meaning="at least one new resource exists now, at the Location given or else at the request's own URI",
        meaning_zh="至少产生了一个新资源，地址由 Location 给出；没有 Location 时就是请求的 URI",
        name_zh="已创建",
        also_zh=("创建成功", "资源已创建"),
        situation=(
            "A PUT to /notes/42, where nothing has existed so far, takes effect: the document is now stored under "
            "this very URL."
        ),
        situation_zh="客户端 PUT 到 /notes/42，此前那里什么都没有；操作已生效，文档现在就存放在这个 URL 下。",
        confused_with=(200, 202, 204),
    ),
    Status(
        code=202,
        phrase="Accepted",
        rfc="RFC 9110 §15.3.3",
        tier="core",
        meaning="taken on for later processing; whether it will succeed is still open",
        meaning_zh="已受理，稍后处理；最终能否成功尚不确定",
        name_zh="已接受，尚未完成",
        also_zh=("已接受", "已接收", "已受理"),
        situation=(
            "DELETE /tenants/7 passes all checks. The actual purge is left to a batch job at 02:00, and the final "
            "response sent now says only that it is planned."
        ),
        situation_zh=(
            "DELETE /tenants/7 通过了全部检查。真正的清除要等 02:00 的批处理任务，现在发出的最终响应只说明已列入计划。"
        ),
        confused_with=(102, 200, 204),
    ),
    Status(
        code=203,
        phrase="Non-Authoritative Information",
        rfc="RFC 9110 §15.3.4",
        tier="rare",
        meaning="success, but a transforming proxy has changed the content of the origin server's 200 response",
        meaning_zh="成功，但转换代理改动了源服务器 200 响应的内容",
        name_zh="非权威信息",
    ),
    Status(
        code=204,
        phrase="No Content",
        rfc="RFC 9110 §15.3.5",
        tier="core",
        meaning=(
            "success with nothing to send; the response ends after the header section and the client keeps its "
            "current view"
        ),
        meaning_zh="成功，没有内容可发；响应到首部为止，客户端停留在当前视图",
        name_zh="成功且无内容",
        also_zh=("无内容", "没有内容"),
        situation=(
            "An editor's auto-save sends a PUT that replaces an existing document. The server returns just the new "
            "ETag; the status itself says that the response ends after the header section, and the user goes on "
            "typing in the same view."
        ),
        situation_zh=(
            "编辑器自动保存，用 PUT 替换已有的文档。服务器只返回新的 ETag；状态码本身就表明响应到首部为止，"
            "用户在原来的视图里接着输入。"
        ),
        confused_with=(201, 205, 304),
    ),
    Status(
        code=205,
        phrase="Reset Content",
        rfc="RFC 9110 §15.3.6",
        tier="rare",
        meaning="success; the client should reset the form or view that sent the request, and no body follows",
        meaning_zh="成功；客户端应把发出请求的表单或视图恢复原状，响应没有内容",
        name_zh="重置视图",
    ),
    Status(
        code=206,
        phrase="Partial Content",
        rfc="RFC 9110 §15.3.7",
        tier="core",
        meaning="one or more requested ranges of the representation, each described by a Content-Range field",
        meaning_zh="表示中被请求的一个或多个范围，每一段由 Content-Range 字段说明",
        name_zh="部分内容",
        also_zh=("局部内容",),
        situation=(
            "A video player jumps ahead and asks in a Range field for bytes 1000000-1999999 of a 50 MB file; the "
            "server sends just this 1 MB."
        ),
        situation_zh=(
            "视频播放器跳到后面，用 Range 字段请求一个 50 MB 文件的第 1000000-1999999 字节；服务器只发送这 1 MB。"
        ),
        confused_with=(200, 207, 416),
    ),
    Status(
        code=207,
        phrase="Multi-Status",
        rfc="RFC 4918 §11.1",
        tier="rare",
        meaning="WebDAV: several independent results, each with its own status in the XML body",
        meaning_zh="WebDAV：多个独立的结果，各自的状态写在 XML 响应体中",
        name_zh="多状态",
    ),
    Status(
        code=208,
        phrase="Already Reported",
        rfc="RFC 5842 §7.1",
        tier="rare",
        meaning="WebDAV: inside a 207 body, the members of this binding were listed before and are not repeated",
        meaning_zh="WebDAV：在 207 响应体中，该绑定的成员前面已经列出，不再重复",
        name_zh="已报告",
    ),
    Status(
        code=226,
        phrase="IM Used",
        rfc="RFC 3229 §10.4.1",
        tier="rare",
        meaning="the GET is answered with the result of instance manipulations, such as a delta, named in the IM field",
        meaning_zh="GET 得到的是实例操作（如差量编码）的结果，所用操作写在 IM 字段中",
        name_zh="已应用实例操作",
    ),
    Status(
        code=300,
        phrase="Multiple Choices",
        rfc="RFC 9110 §15.4.1",
        tier="rare",
        meaning="several representations, each with its own URI; the client is to choose one",
        meaning_zh="有多种表示，各有自己的 URI，由客户端选择",
        name_zh="多种选择",
    ),
    Status(
        code=301,
        phrase="Moved Permanently",
        rfc="RFC 9110 §15.4.2",
        tier="core",
        meaning="the resource has a new URI for good; on following it, a client may turn POST into GET",
        meaning_zh="资源永久换到新 URI；跟随时客户端可以把 POST 改为 GET",
        name_zh="永久重定向",
        also_zh=("永久移动", "已永久移动", "永久跳转", "永久性重定向"),
        situation=(
            "A page has a new URL for good; bookmarks and search indexes should change over. A browser that still "
            "sends a POST to the former URL may repeat it at the new one as a GET, and the site means to keep "
            "allowing that."
        ),
        situation_zh=(
            "页面换了新的 URL，而且不会再换回来；书签和搜索索引都应更新。仍向旧 URL 发送 POST 的浏览器可以在新 URL "
            "上改用 GET，网站有意保留这种做法。"
        ),
        confused_with=(302, 307, 308),
    ),
    Status(
        code=302,
        phrase="Found",
        rfc="RFC 9110 §15.4.3",
        tier="core",
        meaning=(
            "the resource is at another URI for now; keep using the original one, and a client may turn POST into GET"
        ),
        meaning_zh="资源暂时位于另一个 URI，今后仍用原 URI；跟随时客户端可以把 POST 改为 GET",
        name_zh="临时重定向",
        also_zh=("临时移动", "临时跳转", "已找到", "临时性重定向", "暂时重定向"),
        situation=(
            "This week a page is served from another URL; the original one remains the address to bookmark. Whether "
            "a POST arrives over there as POST or as GET is left to the client."
        ),
        situation_zh=(
            "本周某个页面由另一个 URL 提供，应收藏的仍是原来的地址。POST 到了那边是 POST 还是 GET，由客户端自行决定。"
        ),
        old_phrases=("Moved Temporarily",),
        confused_with=(301, 307, 308),
    ),
    Status(
        code=303,
        phrase="See Other",
        rfc="RFC 9110 §15.4.4",
        tier="core",
        meaning="the answer is at another URI; fetch it with GET (a HEAD stays HEAD), whatever the original method was",
        meaning_zh="结果在另一个 URI，不论原来用的是什么方法，都用 GET 获取（HEAD 仍用 HEAD）",
        name_zh="用 GET 查看其他位置",
        also_zh=("查看其他位置", "查看其它位置", "参见其他", "参见其它", "查看其他地址", "查看其它地址"),
        situation=(
            "A form POST has charged the card. The browser should now fetch the receipt from its own URL, and the "
            "status itself must make sure that this follow-up is a GET, so that Reload never submits the form again."
        ),
        situation_zh=(
            "表单的 POST 已完成扣款。浏览器接下来应到收据自己的 URL 去取收据，并且状态码本身必须保证后续请求是 GET，"
            "这样刷新页面就不会再次提交表单。"
        ),
        confused_with=(302, 307, 308),
    ),
    Status(
        code=304,
        phrase="Not Modified",
        rfc="RFC 9110 §15.4.5",
        tier="core",
        meaning="the copy that the client has stored is still current; use it, nothing is sent again",
        meaning_zh="客户端保存的副本仍是最新的，直接使用，不再重发内容",
        name_zh="未修改",
        also_zh=("未改变", "未更改", "没有修改", "资源未修改", "未变更"),
        situation=(
            "A browser sends a GET with If-None-Match for a copy it has stored. The entity tag is still the current "
            "one, so the server sends header fields only."
        ),
        situation_zh="浏览器为自己保存的副本发送带 If-None-Match 的 GET。实体标签仍是当前的，于是服务器只发送首部。",
        confused_with=(200, 204, 412),
    ),
    Status(
        code=305,
        phrase="Use Proxy",
        rfc="RFC 9110 §15.4.6",
        tier="rare",
        meaning="deprecated for security reasons: the response told the client which proxy to use",
        meaning_zh="因安全原因已废弃：由响应告诉客户端该使用哪个代理",
        name_zh="使用代理（已废弃）",
    ),
    Status(
        code=306,
        phrase="(Unused)",
        rfc="RFC 9110 §15.4.7",
        tier="rare",
        meaning="reserved; defined in an earlier version of the specification and no longer used",
        meaning_zh="保留；旧版规范曾定义过，现已不用",
        name_zh="未使用",
        old_phrases=("Switch Proxy",),
    ),
    Status(
        code=307,
        phrase="Temporary Redirect",
        rfc="RFC 9110 §15.4.8",
        tier="core",
        meaning=(
            "the resource is at another URI for now; repeat the request there with the same method, and keep using "
            "the original URI"
        ),
        meaning_zh="资源暂时位于另一个 URI；用相同的方法在那里重发请求，今后仍用原 URI",
        name_zh="临时重定向（方法不变）",
        also_zh=("临时重定向", "临时性重定向", "暂时重定向"),
        situation=(
            "During 30 minutes of maintenance, all calls to an API, POST bodies included, should go to a standby "
            "URL. Method and body have to be repeated unchanged, and afterwards clients return to the original URL."
        ),
        situation_zh=(
            "在 30 分钟的维护期间，一个 API 的所有调用（包括带请求体的 POST）都要转到备用 URL。"
            "方法和请求体必须原样重发，之后客户端回到原来的 URL。"
        ),
        confused_with=(302, 303, 308),
    ),
    Status(
        code=308,
        phrase="Permanent Redirect",
        rfc="RFC 9110 §15.4.9",
        tier="core",
        meaning=(
            "the resource has a new URI for good; repeat the request there with the same method and remember the new "
            "URI"
        ),
        meaning_zh="资源永久换到新 URI；用相同的方法在那里重发请求，并记住新 URI",
        name_zh="永久重定向（方法不变）",
        also_zh=("永久重定向", "永久性重定向"),
        situation=(
            "An API endpoint has a new address that will stay. Clients should store it, and a POST sent to the old "
            "address has to be repeated at the new one as a POST with the same body."
        ),
        situation_zh=(
            "某个 API 端点换了地址，以后不会再变。客户端应记下新地址；发到旧地址的 POST 必须在新地址上仍以 POST "
            "重发，请求体也要相同。"
        ),
        confused_with=(301, 303, 307),
    ),
    Status(
        code=400,
        phrase="Bad Request",
        rfc="RFC 9110 §15.5.1",
        tier="core",
        meaning=(
            "the server cannot or will not process the request because of a client mistake, such as malformed syntax "
            "or framing"
        ),
        meaning_zh="因客户端的错误（如语法或报文定界有误），服务器无法或不愿处理该请求",
        name_zh="请求有误",
        also_zh=("错误请求", "错误的请求", "请求错误", "坏请求", "无效请求", "请求无效"),
        situation=(
            "An endpoint takes JSON. A client posts a body that is announced as JSON, but a comma is missing: it is "
            "not well-formed, and the parser gives up."
        ),
        situation_zh=(
            "某个端点接收 JSON。客户端提交的请求体声明为 JSON，却少了一个逗号：它不是格式正确的 JSON，解析器只好放弃。"
        ),
        confused_with=(415, 422, 500),
    ),
    Status(
        code=401,
        phrase="Unauthorized",
        rfc="RFC 9110 §15.5.2",
        tier="core",
        meaning="valid credentials are missing; the response carries a WWW-Authenticate challenge",
        meaning_zh="缺少有效的凭据；响应带有 WWW-Authenticate 质询",
        name_zh="未认证",
        also_zh=("未授权", "未经授权", "未鉴权", "需要认证", "需要身份验证"),
        situation=(
            "A call reaches an API without any token; with a valid one it would go through. The origin server "
            "replies with a challenge that tells the client how to log in."
        ),
        situation_zh=(
            "一个调用到达 API，没有带任何令牌；带上有效的令牌就能通过。源服务器以质询回应，说明客户端应如何登录。"
        ),
        confused_with=(403, 407, 511),
    ),
    Status(
        code=402,
        phrase="Payment Required",
        rfc="RFC 9110 §15.5.3",
        tier="rare",
        meaning="reserved for future use, although some services send it for unpaid accounts",
        meaning_zh="保留供将来使用，不过有些服务用它表示账户未付费",
        name_zh="保留：需要付款",
    ),
    Status(
        code=403,
        phrase="Forbidden",
        rfc="RFC 9110 §15.5.4",
        tier="core",
        meaning="understood but refused; repeating it with the same credentials will not help",
        meaning_zh="服务器理解请求但拒绝执行；用相同的凭据重试也没有用",
        name_zh="禁止访问",
        also_zh=("禁止", "拒绝访问", "被禁止", "没有权限", "无权限", "权限不足"),
        situation=(
            "A signed-in employee opens the payroll report of another department. Her session is valid and the "
            "server makes no secret of the report, but her role does not permit reading it; signing in again would "
            "change nothing."
        ),
        situation_zh=(
            "一名已登录的员工打开其他部门的工资报表。她的会话有效，服务器也不隐瞒报表的存在，但她的角色无权阅读；"
            "重新登录也不会改变结果。"
        ),
        confused_with=(401, 404, 405),
    ),
    Status(
        code=404,
        phrase="Not Found",
        rfc="RFC 9110 §15.5.5",
        tier="core",
        meaning=(
            "no current representation here, or the server does not want to say that there is one; whether for now "
            "or for good is left open"
        ),
        meaning_zh="这里没有当前表示，或服务器不愿透露其存在；是暂时还是永久，不作说明",
        name_zh="未找到",
        also_zh=(
            "找不到",
            "资源不存在",
            "不存在",
            "没有找到",
            "没找到",
            "找不到页面",
            "页面不存在",
            "页面未找到",
            "资源未找到",
        ),
        situation=(
            "A well-formed GET asks for /products/99999. There is no product with this number and, as far as the "
            "server knows, there never was."
        ),
        situation_zh="一个格式正确的 GET 请求 /products/99999。没有这个编号的商品，就服务器所知，也从未有过。",
        confused_with=(204, 400, 410),
    ),
    Status(
        code=405,
        phrase="Method Not Allowed",
        rfc="RFC 9110 §15.5.6",
        tier="core",
        meaning="the server knows the method, but this resource does not support it; Allow lists what it does support",
        meaning_zh="服务器认识该方法，但此资源不支持；Allow 列出它支持的方法",
        name_zh="方法不允许",
        also_zh=("方法不被允许", "不允许的方法", "请求方法不允许", "请求方法不被允许"),
        situation=(
            "DELETE works on many resources of a server, but nobody can use it on /reports, which knows only GET and "
            "POST; the response lists these 2."
        ),
        situation_zh=(
            "服务器的许多资源都支持 DELETE，但 /reports 只支持 GET 和 POST，谁都不能对它用 DELETE；响应列出这 2 种。"
        ),
        confused_with=(403, 404, 501),
    ),
    Status(
        code=406,
        phrase="Not Acceptable",
        rfc="RFC 9110 §15.5.7",
        tier="common",
        meaning=(
            "no available representation fits the request's Accept fields, and the server does not want to send a "
            "default"
        ),
        meaning_zh="现有的表示都不符合请求的 Accept 系列字段，服务器也不愿发送默认的表示",
        name_zh="无可接受的表示",
        also_zh=("不可接受", "无法接受", "不接受"),
        situation=(
            "A client states that it understands nothing but application/pdf. The resource exists only as JSON and "
            "HTML, and the server is unwilling to send either of them unasked."
        ),
        situation_zh=(
            "客户端声明只能理解 application/pdf。该资源只有 JSON 和 HTML 两种形式，服务器不愿擅自发送其中任何一种。"
        ),
        confused_with=(404, 415, 422),
    ),
    Status(
        code=407,
        phrase="Proxy Authentication Required",
        rfc="RFC 9110 §15.5.8",
        tier="common",
        meaning="the client must first log in to the proxy that it uses; the challenge is in Proxy-Authenticate",
        meaning_zh="客户端须先向所用的代理认证；质询在 Proxy-Authenticate 中",
        name_zh="需要代理认证",
        also_zh=("要求代理认证", "需要代理身份验证", "需要代理授权"),
        situation=(
            "A browser is set up to send everything through the company's filter at 10.0.0.1:3128. That machine "
            "wants a user name and password for itself before it forwards anything, and sends its challenge."
        ),
        situation_zh=(
            "浏览器被配置为把一切流量都交给公司的过滤设备 10.0.0.1:3128。"
            "该设备要求先向它本身提供用户名和密码才肯转发，并发来质询。"
        ),
        confused_with=(401, 403, 511),
    ),
    Status(
        code=408,
        phrase="Request Timeout",
        rfc="RFC 9110 §15.5.9",
        tier="common",
        meaning="the client did not finish sending its request in the time that the server was prepared to wait",
        meaning_zh="客户端未在服务器愿意等待的时间内发完请求",
        name_zh="请求超时",
        situation=(
            "A client sends half of a POST body to an origin server and then falls silent. After 30 seconds the "
            "server stops waiting for the rest and closes the connection."
        ),
        situation_zh="客户端把 POST 请求体的一半发给源服务器，随后再无动静。30 秒后服务器不再等待其余部分，关闭连接。",
        old_phrases=("Request Time-out",),
        confused_with=(502, 503, 504),
    ),
    Status(
        code=409,
        phrase="Conflict",
        rfc="RFC 9110 §15.5.10",
        tier="core",
        meaning=(
            "the request contradicts the current state of the resource; the user may sort that out and send it again"
        ),
        meaning_zh="请求与资源的当前状态相抵触；用户可以解决后重新提交",
        name_zh="冲突",
        also_zh=("资源冲突", "请求冲突"),
        situation=(
            "A wiki takes saves without conditional header fields and checks for itself: a PUT states in its body "
            "that it is based on revision 7, but somebody else has just stored revision 8. The response shows both "
            "changes for merging."
        ),
        situation_zh=(
            "某个 wiki 的保存请求不带条件字段，由它自己检查：一个 PUT 在请求体中写明基于修订版 7，"
            "而别人刚存入了修订版 8。响应给出双方的改动以便合并。"
        ),
        confused_with=(412, 423, 428),
    ),
    Status(
        code=410,
        phrase="Gone",
        rfc="RFC 9110 §15.5.11",
        tier="common",
        meaning="taken away on purpose and probably for good; links to it should be removed",
        meaning_zh="资源被有意撤除，很可能不再恢复；指向它的链接应删除",
        name_zh="已永久移除",
        also_zh=("已删除", "已移除", "已消失", "已永久删除", "资源已删除"),
        situation=(
            "A promotion page was taken down on purpose after the campaign and has no successor. The owner wants the "
            "response to say that this is final, so that crawlers forget the URL."
        ),
        situation_zh=(
            "活动结束后，促销页面被有意撤下，也没有后续页面。站长希望响应明确表示这是最终状态，好让爬虫忘掉这个 URL。"
        ),
        confused_with=(301, 404, 451),
    ),
    Status(
        code=411,
        phrase="Length Required",
        rfc="RFC 9110 §15.5.12",
        tier="rare",
        meaning="the server wants a Content-Length and refuses the request without one",
        meaning_zh="服务器要求 Content-Length，没有就拒绝请求",
        name_zh="需要长度",
    ),
    Status(
        code=412,
        phrase="Precondition Failed",
        rfc="RFC 9110 §15.5.13",
        tier="common",
        meaning="a condition in the request, such as If-Match, was false on the server, so the method was not applied",
        meaning_zh="请求中的条件（如 If-Match）在服务器上不成立，因此未执行该方法",
        name_zh="前置条件失败",
        also_zh=(
            "先决条件失败",
            "前提条件失败",
            "未满足前提条件",
            "未满足前置条件",
            "前置条件不满足",
            "先决条件未满足",
        ),
        situation=(
            'A PUT carries If-Match: "v7". Meanwhile somebody else has saved the document and its entity tag is '
            '"v8", so the server leaves it untouched.'
        ),
        situation_zh='一个 PUT 带有 If-Match: "v7"。其间别人保存过文档，实体标签已是 "v8"，于是服务器不改动文档。',
        confused_with=(304, 409, 428),
    ),
    Status(
        code=413,
        phrase="Content Too Large",
        rfc="RFC 9110 §15.5.14",
        tier="core",
        meaning="the request body is larger than the server is willing or able to process",
        meaning_zh="请求体超过服务器愿意或能够处理的大小",
        name_zh="内容过大",
        also_zh=("请求体过大", "负载过大", "载荷过大", "请求实体过大", "请求体太大", "内容太大"),
        situation=(
            "A client posts a 5 GB video to a service that takes at most 100 MB a file, although its disks have "
            "plenty of room. URL and header fields are short."
        ),
        situation_zh=(
            "客户端向一个服务提交 5 GB 的视频，该服务每个文件最多接收 100 MB，虽然磁盘空间充足。URL 和首部都很短。"
        ),
        old_phrases=("Payload Too Large", "Request Entity Too Large"),
        confused_with=(414, 431, 507),
    ),
    Status(
        code=414,
        phrase="URI Too Long",
        rfc="RFC 9110 §15.5.15",
        tier="common",
        meaning=(
            "the target URI is longer than the server is willing to interpret, for instance a POST form wrongly sent "
            "as GET"
        ),
        meaning_zh="目标 URI 超过服务器愿意解析的长度，例如误把 POST 表单改成 GET 发送",
        name_zh="URI 过长",
        also_zh=("URI 太长", "URL 过长", "URL 太长", "请求的 URI 过长", "请求 URI 过长"),
        situation=(
            "A search form was changed from POST to GET and now puts 20 kB of filter values into the query string, "
            "of which the server reads at most 8 kB. There is no body, and the header fields are few and small."
        ),
        situation_zh=(
            "搜索表单从 POST 改成了 GET，把 20 kB 的筛选条件放进查询字符串，而服务器最多读 8 kB。请求没有请求体，"
            "首部字段也少而小。"
        ),
        old_phrases=("Request-URI Too Long", "Request-URI Too Large"),
        confused_with=(413, 416, 431),
    ),
    Status(
        code=415,
        phrase="Unsupported Media Type",
        rfc="RFC 9110 §15.5.16",
        tier="core",
        meaning="the format of the request body (by Content-Type, Content-Encoding or the data) is not supported here",
        meaning_zh="此处不支持请求体的格式（由 Content-Type、Content-Encoding 或数据本身判断）",
        name_zh="不支持的媒体类型",
        also_zh=("不支持的媒体格式", "媒体类型不支持"),
        situation=(
            "An endpoint reads only JSON. A client posts the same order as flawless XML, correctly labelled "
            "application/xml."
        ),
        situation_zh="某个端点只读 JSON。客户端用毫无差错的 XML 提交同样的订单，并正确标明为 application/xml。",
        confused_with=(405, 406, 422),
    ),
    Status(
        code=416,
        phrase="Range Not Satisfiable",
        rfc="RFC 9110 §15.5.17",
        tier="common",
        meaning=(
            "no requested range overlaps the representation, or too many were requested; Content-Range gives its length"
        ),
        meaning_zh="请求的范围与表示都没有重叠，或请求的范围过多；Content-Range 给出表示的长度",
        name_zh="范围无法满足",
        also_zh=("范围不可满足", "请求的范围无法满足", "请求范围不符合要求", "请求范围无法满足"),
        situation=(
            "A download manager asks for bytes 5000000-5999999 of a file that has only 4000000. The server sends no "
            "data, just the real length."
        ),
        situation_zh=(
            "下载工具请求一个文件的第 5000000-5999999 字节，而文件只有 4000000 字节。服务器不发送数据，只告知实际长度。"
        ),
        old_phrases=("Requested Range Not Satisfiable",),
        confused_with=(206, 412, 413),
    ),
    Status(
        code=417,
        phrase="Expectation Failed",
        rfc="RFC 9110 §15.5.18",
        tier="rare",
        meaning="a server on the way, or the origin server itself, cannot meet what the Expect field asks for",
        meaning_zh="途中的某个服务器或源服务器本身无法满足 Expect 字段的要求",
        name_zh="预期失败",
    ),
    Status(
        code=418,
        phrase="(Unused)",
        rfc="RFC 9110 §15.5.19",
        tier="rare",
        meaning="reserved, because the teapot joke of RFC 2324 has made the number unusable",
        meaning_zh="RFC 2324 的茶壶玩笑使这个号码无法他用，因此保留",
        name_zh="未使用（茶壶玩笑）",
        old_phrases=("I'm a teapot",),
    ),
    Status(
        code=421,
        phrase="Misdirected Request",
        rfc="RFC 9110 §15.5.20",
        tier="rare",
        meaning="this server cannot answer for the requested origin; the client may retry over another connection",
        meaning_zh="该服务器无法代表所请求的源作出响应；客户端可以换一条连接重试",
        name_zh="请求发错了服务器",
    ),
    Status(
        code=422,
        phrase="Unprocessable Content",
        rfc="RFC 9110 §15.5.21",
        tier="core",
        meaning="the body's format is known and its syntax correct, but the instructions in it cannot be carried out",
        meaning_zh="请求体的格式可以识别，语法也正确，但其中的指令无法执行",
        name_zh="无法处理的内容",
        also_zh=("无法处理的实体", "不可处理的实体", "不可处理的内容"),
        situation=(
            "An API keeps its generic client-error code for bodies that it cannot parse. This body is valid JSON in "
            "the expected format, but the booking in it ends before it begins."
        ),
        situation_zh=(
            "某个 API 把通用的客户端错误码留给无法解析的请求体。这一次，请求体是有效的 JSON，格式也符合要求，"
            "只是其中的预订结束时间早于开始时间。"
        ),
        old_phrases=("Unprocessable Entity",),
        confused_with=(409, 412, 415),
    ),
    Status(
        code=423,
        phrase="Locked",
        rfc="RFC 4918 §11.3",
        tier="rare",
        meaning="WebDAV: the source or destination of the method is locked",
        meaning_zh="WebDAV：方法的源资源或目标资源被锁住",
        name_zh="已锁定",
    ),
    Status(
        code=424,
        phrase="Failed Dependency",
        rfc="RFC 4918 §11.4",
        tier="rare",
        meaning="WebDAV: this action was not done because another one on which it depends failed",
        meaning_zh="WebDAV：所依赖的另一个操作失败，因此本操作未执行",
        name_zh="依赖失败",
    ),
    Status(
        code=425,
        phrase="Too Early",
        rfc="RFC 8470 §5.2",
        tier="rare",
        meaning=(
            "the request came in TLS early data (0-RTT) and might be a replay; send it again once the handshake is "
            "complete"
        ),
        meaning_zh="请求随 TLS 早期数据（0-RTT）到达，可能是重放；应在握手完成后重发",
        name_zh="过早（0-RTT 重放风险）",
    ),
    Status(
        code=426,
        phrase="Upgrade Required",
        rfc="RFC 9110 §15.5.22",
        tier="common",
        meaning="refused over the current protocol; the client should change to one named in the Upgrade field",
        meaning_zh="服务器拒绝用当前协议处理；客户端应改用 Upgrade 字段给出的协议",
        name_zh="需要升级协议",
        also_zh=("需要升级", "要求升级"),
        situation=(
            "An endpoint speaks only WebSocket. A client calls it with an ordinary HTTP/1.1 GET; the server refuses "
            "to serve that and names the protocol to which the client has to change."
        ),
        situation_zh=(
            "某个端点只支持 WebSocket。客户端用普通的 HTTP/1.1 GET 访问它；服务器拒绝处理，并指明客户端必须改用的协议。"
        ),
        confused_with=(101, 421, 505),
    ),
    Status(
        code=428,
        phrase="Precondition Required",
        rfc="RFC 6585 §3",
        tier="rare",
        meaning="the server insists on a conditional request, such as one with If-Match, so that no update gets lost",
        meaning_zh="服务器坚持要求条件请求（如带 If-Match），以防更新丢失",
        name_zh="需要前置条件",
    ),
    Status(
        code=429,
        phrase="Too Many Requests",
        rfc="RFC 6585 §4",
        tier="core",
        meaning="rate limit: this client has sent too much in a given time; Retry-After may say when to come back",
        meaning_zh="限流：该客户端在一段时间内发送过多；Retry-After 可以说明何时再来",
        name_zh="请求过多",
        also_zh=("请求太多", "太多请求", "请求过于频繁", "请求次数过多", "过多请求", "太多的请求"),
        situation=(
            "An API key is good for 100 calls a minute. Its owner has made 140 within 30 seconds and is told to slow "
            "down, while the server itself has capacity to spare."
        ),
        situation_zh=(
            "一个 API 密钥每分钟可调用 100 次。其持有者在 30 秒内调用了 140 次，被要求放慢速度，而服务器本身容量充足。"
        ),
        confused_with=(408, 425, 503),
    ),
    Status(
        code=431,
        phrase="Request Header Fields Too Large",
        rfc="RFC 6585 §5",
        tier="common",
        meaning="one header field, or all of them together, exceed what the server reads; shrink them and try again",
        meaning_zh="单个首部字段或全部首部字段超过服务器愿意读取的大小；缩小后可以重试",
        name_zh="请求首部字段过大",
        also_zh=("请求头过大", "请求头太大", "请求头字段过大", "请求首部过大", "请求头字段太大", "请求头部过大"),
        situation=(
            "Over the months a site has set more and more cookies, and the browser now sends 12 kB of them with each "
            "GET. The server reads at most 8 kB of that, although the URL is short and there is no body."
        ),
        situation_zh=(
            "数月间网站不断设置 Cookie，浏览器现在每个 GET 都带上 12 kB 的 Cookie。服务器对此最多读 8 kB，而 URL "
            "很短，也没有请求体。"
        ),
        confused_with=(413, 414, 429),
    ),
    Status(
        code=451,
        phrase="Unavailable For Legal Reasons",
        rfc="RFC 7725 §3",
        tier="common",
        meaning="access is denied because of a legal demand, such as a court order",
        meaning_zh="因法律方面的要求（如法院命令）而拒绝访问",
        name_zh="因法律原因不可用",
        also_zh=("因法律原因无法访问", "因法律原因无法提供", "出于法律原因不可用", "由于法律原因不可用"),
        situation=(
            "A court order obliges a publisher to block an article for visitors from one country. The article still "
            "exists, and the response openly names the order and who obtained it."
        ),
        situation_zh="法院命令要求出版商对某个国家的访客屏蔽一篇文章。文章仍然存在，响应公开说明该命令以及由谁申请。",
        confused_with=(403, 404, 410),
    ),
    Status(
        code=500,
        phrase="Internal Server Error",
        rfc="RFC 9110 §15.6.1",
        tier="core",
        meaning="something unexpected went wrong in the server itself; nothing shows the request to be at fault",
        meaning_zh="服务器自身发生了意外，并不说明请求有错",
        name_zh="服务器内部错误",
        also_zh=("内部服务器错误", "内部错误"),
        situation=(
            "A handler dereferences a null pointer and the exception escapes to the framework. The request was in "
            "order, the load is low and no other machine was asked."
        ),
        situation_zh="处理函数解引用了空指针，异常一直抛到框架。请求没有问题，负载很低，也没有访问别的机器。",
        confused_with=(400, 502, 503),
    ),
    Status(
        code=501,
        phrase="Not Implemented",
        rfc="RFC 9110 §15.6.2",
        tier="core",
        meaning="the server lacks the functionality, typically because it does not know the method at all",
        meaning_zh="服务器缺少所需的功能，通常是因为它根本不认识该方法",
        name_zh="未实现",
        also_zh=("尚未实现", "没有实现", "未实施", "尚未实施"),
        situation=(
            "A small web server knows only GET and HEAD. A client sends PROPFIND, a method that it does not "
            "recognise and supports for none of its resources."
        ),
        situation_zh=(
            "一个小型 Web 服务器只认识 GET 和 HEAD。客户端发来 PROPFIND，服务器不认识这个方法，它的任何资源都不支持。"
        ),
        confused_with=(404, 405, 505),
    ),
    Status(
        code=502,
        phrase="Bad Gateway",
        rfc="RFC 9110 §15.6.3",
        tier="core",
        meaning="a gateway or proxy got an invalid response from the server behind it",
        meaning_zh="网关或代理从其后的服务器收到了无效的响应",
        name_zh="网关收到无效响应",
        also_zh=("错误网关", "错误的网关", "网关错误", "坏网关", "无效网关"),
        situation=(
            "A reverse proxy passes a request on to an application, which replies within 5 ms with bytes that are no "
            "HTTP response at all. The proxy itself works well."
        ),
        situation_zh="反向代理把请求转给应用，应用在 5 ms 内回了一串字节，根本不是 HTTP 响应。代理本身运行正常。",
        confused_with=(500, 503, 504),
    ),
    Status(
        code=503,
        phrase="Service Unavailable",
        rfc="RFC 9110 §15.6.4",
        tier="core",
        meaning="overloaded for the moment or down for maintenance; Retry-After may say when to come back",
        meaning_zh="暂时过载或正在维护；Retry-After 可以说明何时再来",
        name_zh="服务不可用",
        also_zh=("服务暂不可用", "服务暂时不可用", "服务无法使用"),
        situation=(
            "An online shop is closed for planned maintenance from 02:00 to 04:00. Its own web server, with nothing "
            "behind it, still answers and asks clients to try again after 04:00."
        ),
        situation_zh=(
            "某网店在 02:00 至 04:00 进行计划内的维护。它自己的 Web 服务器（后面没有别的机器）仍会回应，请客户端在 "
            "04:00 之后再试。"
        ),
        confused_with=(500, 502, 504),
    ),
    Status(
        code=504,
        phrase="Gateway Timeout",
        rfc="RFC 9110 §15.6.5",
        tier="core",
        meaning="a gateway or proxy got no response in time from the server behind it",
        meaning_zh="网关或代理未能及时收到其后的服务器的响应",
        name_zh="网关超时",
        also_zh=("网关响应超时",),
        situation=(
            "A reverse proxy has passed a complete request on to an application. The connection stands, but not a "
            "byte of a response arrives within the proxy's limit of 60 seconds."
        ),
        situation_zh="反向代理已把完整的请求转给应用。连接没有断，但在代理限定的 60 秒内，没有收到响应的任何一个字节。",
        old_phrases=("Gateway Time-out",),
        confused_with=(408, 502, 503),
    ),
    Status(
        code=505,
        phrase="HTTP Version Not Supported",
        rfc="RFC 9110 §15.6.6",
        tier="common",
        meaning="the server does not support, or refuses, the major version of HTTP used in the request",
        meaning_zh="服务器不支持或拒绝使用请求中的 HTTP 主版本",
        name_zh="HTTP 版本不受支持",
        also_zh=("不支持的 HTTP 版本", "HTTP 版本不支持", "不支持该 HTTP 版本", "HTTP 协议版本不受支持"),
        situation=(
            "A request line reads GET / HTTP/2.0. It is well-formed, and GET for this path works over HTTP/1.1, but "
            "the server speaks nothing newer and says so."
        ),
        situation_zh=(
            "请求行是 GET / HTTP/2.0。它格式正确，用 HTTP/1.1 对该路径发 GET 也能成功，但服务器不接受比这更新的 "
            "HTTP，并如实告知。"
        ),
        confused_with=(406, 421, 501),
    ),
    Status(
        code=506,
        phrase="Variant Also Negotiates",
        rfc="RFC 2295 §8.1",
        tier="rare",
        meaning="misconfigured server: the variant chosen in transparent negotiation is itself set up to negotiate",
        meaning_zh="服务器配置有误：透明协商选中的变体本身又被设为要协商",
        name_zh="变体也在协商",
    ),
    Status(
        code=507,
        phrase="Insufficient Storage",
        rfc="RFC 4918 §11.5",
        tier="rare",
        meaning="WebDAV: for the time being, the server cannot store what the request needs to be completed",
        meaning_zh="WebDAV：服务器暂时存不下完成该请求所需的内容",
        name_zh="存储空间不足",
    ),
    Status(
        code=508,
        phrase="Loop Detected",
        rfc="RFC 5842 §7.2",
        tier="rare",
        meaning="WebDAV: the server ran into an infinite loop while processing a request with Depth: infinity",
        meaning_zh="WebDAV：服务器处理 Depth: infinity 的请求时陷入无限循环",
        name_zh="检测到循环",
    ),
    Status(
        code=510,
        phrase="Not Extended",
        rfc="RFC 2774 §7",
        tier="rare",
        meaning=(
            "historic: the request lacks an extension that the server's policy demands, in the framework of RFC 2774"
        ),
        meaning_zh="已成历史：请求缺少服务器策略所要求的扩展，属于 RFC 2774 的框架",
        name_zh="未扩展（历史）",
    ),
    Status(
        code=511,
        phrase="Network Authentication Required",
        rfc="RFC 6585 §6",
        tier="common",
        meaning="the client must log in to the network first; sent by a captive portal, not by the site asked for",
        meaning_zh="客户端须先登录网络；由强制门户发出，而不是所访问的网站",
        name_zh="需要网络认证",
        also_zh=("要求网络认证", "需要网络身份验证"),
        situation=(
            "In a hotel's Wi-Fi, a guest has not yet agreed to the terms. A box on the way answers every plain HTTP "
            "call in place of the site asked for, with a link to the hotel's login page."
        ),
        situation_zh=(
            "在酒店的 Wi-Fi 里，客人尚未同意使用条款。途中的设备代替所访问的网站回应每个明文 HTTP 请求，"
            "并给出酒店登录页的链接。"
        ),
        confused_with=(401, 407, 421),
    ),
)

_CLASSES = {1: "informational", 2: "successful", 3: "redirection", 4: "client error", 5: "server error"}


def status_class(code: int) -> str:
    """The class of a status code, registered or not: the first digit decides, as headed in RFC 9110 §15.2 to §15.6.

    Returns "informational", "successful", "redirection", "client error" or "server error".
    Raises ValueError for a number outside 100 to 599 (RFC 9110 §15 calls those invalid).
    """
    if not 100 <= code <= 599:
        raise ValueError(f"{code}: an HTTP status code is 100 to 599")
    return _CLASSES[code // 100]


def _fold(text: str) -> str:
    """Text made comparable: case, and full-width letters, digits and punctuation, make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def _names(status: Status) -> tuple[str, ...]:
    """All names of a row, folded: the phrase, the old phrases, the Chinese names."""
    return tuple(_fold(name) for name in (status.phrase, *status.old_phrases, status.name_zh, *status.also_zh))


def _matches(status: Status, word: str) -> bool:
    """Whether one folded word fits a row: a code, a class such as 4xx, or else a part of its names or meanings."""
    if re.fullmatch("[0-9]{3}", word):
        return status.code == int(word)
    if re.fullmatch("[0-9]xx", word):
        return status.code // 100 == int(word[0])
    return any(word in text for text in (*_names(status), _fold(status.meaning), _fold(status.meaning_zh)))


def find(words: str) -> tuple[Status, ...]:
    """The rows that contain every one of the words, separated by white space; no words find nothing.

    Case does not matter. Three digits match the code, "4xx" its class, any other word is looked for within the phrase,
    the old phrases, the meaning, the Chinese names and the Chinese meaning. Rows with a name (current, old or Chinese)
    that equals the whole query come first, then those with a name that starts with it, then the rest; the order within
    each group is that of the codes. Nothing found is an empty tuple; nothing is raised.
    """
    wanted = _fold(words).split()
    query = " ".join(wanted)

    def rank(status: Status) -> int:
        names = _names(status)
        if query in names:
            return 0
        return 1 if any(name.startswith(query) for name in names) else 2

    hits = [status for status in STATUSES if all(_matches(status, word) for word in wanted)] if wanted else []
    return tuple(sorted(hits, key=rank))
