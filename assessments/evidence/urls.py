from django.urls import path

from . import views

app_name = "evidence"
urlpatterns = [
    path("evidence/", views.portfolio, name="portfolio"),
    path("evidence/files/<int:file_id>/", views.file, name="file"),
    path("evidence/<str:code>/", views.submission, name="submission"),
    path("evidence/<str:code>/hand-in/", views.hand_in, name="hand_in"),
    path("evidence/<str:code>/<slug:key>/", views.upload, name="upload"),
    path("review/", views.review_queue, name="review_queue"),
    path("review/<int:submission_id>/", views.review, name="review"),
]
