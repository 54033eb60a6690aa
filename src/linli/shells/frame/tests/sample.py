# SPDX-License-Identifier: MulanPSL-2.0
"""A face of its own for tests, beside the four real ones."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.urls import include, path

from linli.base.errors import Conflict, Forbidden, Invalid, TooMany
from linli.config.urls import urlpatterns as house
from linli.kernel.accounts.models import Account
from linli.shells.frame.context import frame as frame_context
from linli.shells.frame.faces import SIGNED_IN, Face
from linli.shells.frame.menu import Menu

sample = Face("sample", root="sample/")
taken: list[str] = []
sizes: list[int] = []


@sample.page("", name="home", public=True, menu=Menu("Open to all", "home", order=0))
def home(request: HttpRequest) -> HttpResponse:
    """For everybody."""
    return HttpResponse("open")


@sample.page("mine/", name="mine", needs=SIGNED_IN, menu=Menu("Mine", "me", order=20))
def mine(request: HttpRequest) -> HttpResponse:
    """For whoever has signed in."""
    return HttpResponse("mine")


@sample.page(
    "work/",
    name="work",
    needs="sample.work",
    menu=Menu("Work", "desk", order=10, waiting=lambda _: Account.objects.all()),
)
def work(request: HttpRequest) -> HttpResponse:
    """For whoever holds the permission."""
    return HttpResponse("work")


@sample.page("send/", name="send", public=True)
def send(request: HttpRequest) -> HttpResponse:
    """Takes a form, refuses an empty one."""
    if not request.POST.get("what"):
        return HttpResponse("write something", status=422)
    taken.append(request.POST["what"])
    return HttpResponseRedirect(f"/sample/done/{len(taken)}/")


FORM = """{% extends "frame/portal.html" %}{% load linli %}
{% block entry %}{% entry "portal" %}{% endblock %}{% block title %}Form{% endblock %}
{% block heading %}Form{% endblock %}
{% block task %}
<form method="post" enctype="multipart/form-data" data-outbox>{% csrf_token %}{% once %}
<main id="main"><linli-draft name="sample-form"></linli-draft>
<div class="field" data-field="what"{% if wrong %} data-bad{% endif %}>
<label for="what">What</label>
<textarea class="input" id="what" name="what">{{ what }}</textarea>
{% if wrong %}<p class="problem">write something</p>{% endif %}</div>
<label><input type="radio" name="kind" value="a" checked>a</label>
<label><input type="radio" name="kind" value="b">b</label>
<div data-asked="more">
<script type="application/json">{"field": "kind", "is": "equal", "value": "b"}</script>
<input class="input" name="more" aria-label="More"></div>
<linli-photos data-most="3"><div class="uploads"><label class="upload add">Photo
<input class="visually-hidden" type="file" name="photos" accept="image/*" multiple>
</label></div></linli-photos>
</main>
<footer class="action-bar"><button class="button primary">Send</button></footer>
</form>{% endblock %}"""


FOLLOWS = """{% extends "frame/portal.html" %}{% load linli %}
{% block entry %}{% entry "portal" %}{% endblock %}{% block title %}Live{% endblock %}
{% block heading %}Live{% endblock %}
{% block main %}<p>It follows.</p>{% live_here "37/" %}{% endblock %}"""


@sample.page("live/", name="live", public=True)
def follows(request: HttpRequest) -> HttpResponse:
    """A page that follows what happens at a place."""
    return HttpResponse(
        Template(FOLLOWS).render(Context(frame_context(request) | {"request": request}))
    )


@sample.page("form/", name="form", public=True, offline=True)
def form(request: HttpRequest) -> HttpResponse:
    """A form that a phone keeps until it has arrived."""
    if request.method == "POST" and request.POST.get("what"):
        photos = [photo.size for photo in request.FILES.getlist("photos")]
        taken.append(f"{request.POST['what']} {len(photos)}")
        sizes.extend(size or 0 for size in photos)
        return HttpResponseRedirect("/sample/")
    wrong = request.method == "POST"
    context = Context({"what": "", "wrong": wrong} | frame_context(request) | {"request": request})
    context["csrf_token"] = get_token(request)
    page = Template(FORM).render(context)
    return HttpResponse(page, status=422 if wrong else 200)


REFUSALS = {
    "invalid": Invalid("Look again", code="bad", fields={"what": "Six digits, please"}),
    "conflict": Conflict("He Qian was first", code="first"),
    "too-many": TooMany("Try again in 40 seconds", code="slow"),
    "forbidden": Forbidden("Not your street", code="no"),
}


@sample.page("refuse/<str:how>/", name="refuse", public=True)
def refuse(request: HttpRequest, how: str) -> HttpResponse:
    """Refuses."""
    raise REFUSALS[how]


urlpatterns = [*house, path("sample/", include((sample.urlpatterns(), "sample")))]
handler404 = "linli.shells.frame.views.not_found"
