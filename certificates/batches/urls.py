from django.urls import path

from . import views

app_name = "batches"
urlpatterns = [
    path("", views.batches, name="batches"),
    path("<int:batch_id>/", views.batch, name="batch"),
    path("<int:batch_id>/people/", views.people, name="people"),
    path("<int:batch_id>/samples/<int:number>/", views.sample, name="sample"),
    path("<int:batch_id>/schools/<int:school_id>/", views.package, name="package"),
    path("<int:batch_id>/schools/<int:school_id>/sheet/", views.sheet, name="sheet"),
    path("<int:batch_id>/<slug:step>/", views.step, name="step"),
]
